"""The sentences of a command's result in both languages: what was done, why nothing was, what is possible. Only words."""

LISTS = {
    "ru": {
        "reasons": "отозвана, решено, отказ, дубликат, суд",
        "waits": "клиента, документы, гарантийное письмо, возврат, дату осмотра, конструкторов, осмотр",
        "kinds": "разъяснение, ремонт, замена, возврат, допоставка, уценка, возмещение, документы, вывоз, отказ, платный ремонт",
        "bearers": "наш, клиента, перевозчика, поставщика, спорно",
        "demands": (
            "замена, возврат денег, ремонт, снижение цены, допоставка, документы, возмещение расходов, осмотр, вывоз товара, решение, ответ"
        ),
    },
    "en": {
        "reasons": "withdrawn, resolved, rejected, duplicate, court",
        "waits": "customer, documents, guarantee, return, inspection date, design, inspection",
        "kinds": "explanation, repair, replacement, refund, topup, markdown, compensation, documents, pickup, refusal, paid repair",
        "bearers": "ours, customer, carrier, supplier, disputed",
        "demands": (
            "replacement, refund, repair, price reduction, completion, documents, compensation, inspection, collection, decision, answer"
        ),
    },
}
KINDS = {
    "ru": {
        "explanation": "разъяснение", "repair": "ремонт", "replacement": "замена", "refund": "возврат денег", "topup": "допоставка",
        "markdown": "уценка", "compensation": "возмещение расходов", "documents": "документы", "pickup": "вывоз товара",
        "refusal": "отказ", "paid_repair": "платный ремонт",
        "clarification": "ответ клиента", "payment_guarantee": "гарантийное письмо",
        "return_of_goods": "возврат изделия", "inspection_date": "дату осмотра", "design": "ответ конструкторов", "inspection": "осмотр",
        "ours": "за наш счёт", "customer": "за счёт клиента", "carrier": "за счёт перевозчика", "supplier": "за счёт поставщика",
        "disputed": "за чей счёт, пока спорно", "valid": "действует", "expired": "истекла",
        "head": "руководитель", "director": "директор", "legal": "юрист",
    },
    "en": {
        "explanation": "explanation", "repair": "repair", "replacement": "replacement", "refund": "refund", "topup": "top-up delivery",
        "markdown": "markdown", "compensation": "reimbursement", "documents": "documents", "pickup": "collection of the goods",
        "refusal": "refusal", "paid_repair": "paid repair", "clarification": "the customer's answer",
        "payment_guarantee": "the letter of guarantee",
        "return_of_goods": "the goods", "inspection_date": "the date of the inspection", "design": "the design department",
        "inspection": "the inspection",
        "ours": "at our cost", "customer": "at the customer's cost", "carrier": "at the carrier's cost",
        "supplier": "at the supplier's cost",
        "disputed": "cost disputed", "valid": "valid", "expired": "expired",
        "head": "the head", "director": "the director", "legal": "the lawyer",
    },
}  # fmt: skip
SENTENCES = {
    "ru": {
        "take": "Дело № {number} теперь Ваше.",
        "take_over": "Дело № {number} теперь Ваше. До этого за него отвечал другой сотрудник: {value}.",
        "taken_by": (
            "Дело № {number} уже ведёт {value} (с {until}). Если дело всё же переходит к Вам, договоритесь между собой и пришлите "
            "«!взять {number} точно»."
        ),
        "customer_wrote": (
            "Обратите внимание: клиент написал ещё раз ({value}), когда письмо уже было составлено. Что он пишет, покажет «!показать»."
        ),
        "assign": "Дело № {number} передано: {value}.",
        "claim": "Дело № {number} подтверждено как претензия. {value}",
        "claim_told": "Подтверждение клиенту отправляется.",
        "claim_held": "Подтверждение клиенту составлено; отправит его администратор (mailbot outbox).",
        "claim_nobody": "Клиенту ничего не отправлено: нет адреса, на который программа вправе писать.",
        "claim_legal_hold": "Клиенту ничего не отправлено: дело передано юристу, и сама программа клиенту по нему не пишет.",
        "claim_deferred": "Клиенту сегодня уже отправлено столько писем, сколько можно за день: подтверждение уйдёт в течение суток.",
        "claim_no_mailbox": "Клиенту ничего не отправлено: почтовый ящик не настроен.",
        "not-a-claim": "Дело № {number}: не претензия. Сроки по нему остановлены, клиенту ничего не отправлено.",
        "category": "Дело № {number}: категория исправлена на «{value}».",
        "note": "В дело № {number} добавлена заметка.",
        "answered": "Дело № {number} отмечено как отвеченное: {value}.",
        "close": "Дело № {number} закрыто.",
        "close_unanswered": "Письменного ответа клиент не получил, и о закрытии программа ему не пишет. Если ответ нужен, верните дело "
        "(«!отмена») и напишите («!ответ»); если клиенту ответили иначе, отметьте: «!отвечено».",
        "dropped": "Письмо, которое ещё не ушло ({value}), клиенту уже не уйдёт. Если оно понадобится, напишите его заново.",
        "reopen": "Дело № {number} снова открыто.",
        "status": "Состояние дела № {number} показано ниже.",
        "undo": "Дело № {number}: Ваше последнее изменение отменено. Снова как было: {value}.",
        "taken_back": "Передача Вам дела № {number} отменена ({value}). Теперь его ведёт {other}; Вам по нему ничего делать не нужно.",
        "taken_back_nobody": "Передача Вам дела № {number} отменена ({value}). Вам по нему ничего делать не нужно.",
        "handed_away": "Дело № {number} передано ({value}). Теперь его ведёт {other}; Вам по нему ничего делать не нужно.",
        "handed_away_nobody": "Дело № {number} у Вас забрано ({value}). Вам по нему ничего делать не нужно.",
        "taken_back_told": "Об отмене сообщено: {value}.",
        "help": "Команды перечислены ниже.",
        "reply": "Письмо по делу № {number} отправлено клиенту ({value}).",
        "warned": "Письмо по делу № {number} отправлено клиенту ({value}). В деле об опасности ответом на претензию оно не "
        "считается, пока ничего не решено: срок ответа идёт. Решение сообщите командой «!решение»; если это "
        "письмо и есть ответ, отметьте его: «!отвечено».",
        "ask": "Вопросы по делу № {number} отправлены клиенту ({value}).",
        "send": "Письмо по делу № {number} отправлено клиенту ({value}).",
        "with_files": "Вложения: {value}.",
        "waits_release": "Программа в режиме репетиции: письмо отправит администратор (mailbot outbox).",
        "draft_gone": "Прежнее письмо по этому делу, о котором программа переспросила, уже не уйдёт.",
        "guard": (
            "Письмо ещё не отправлено: в нём есть места, которые стоит проверить ({value}). Вопросы придут отдельным письмом; "
            "«!отправить» отправит его как есть."
        ),
        "guard_here": (
            "Письмо сохранено, но не отправлено. Проверьте места: {value}. «mailbot case send {number}» отправит его как есть; новое "
            "письмо займёт его место."
        ),
        "guard_note": "Обратите внимание на слова: {value}.",
        "no_draft": "В деле № {number} нет письма, которое ждёт отправки.",
        "which_letter": "Это письмо № {other} («{value}»), адресат: {to}.",
        "which_kind": "Это письмо № {other} («{value}»).",
        "sent_before": "Письмо по делу № {number} уже отправлено {until}, второй раз оно не уйдёт.",
        "leaving_before": "Письмо по делу № {number} уже передано на отправку {until}, повторять команду не нужно.",
        "sent_in_vain": (
            "Письмо по делу № {number} уже отправляли {until}, но до клиента оно не дошло. Проверьте адрес и пришлите письмо заново."
        ),
        "no_customer": (
            "В деле № {number} нет адреса клиента, на который можно написать. Когда узнаете его, пришлите «!клиент {number} "
            "olga@example.ru», только с адресом клиента."
        ),
        "no_home": "Почтовый ящик не настроен, отправить письмо неоткуда.",
        "not_in_charge": "Клиенту пишет тот, кто ведёт дело: {value}. Если дело переходит к Вам, начните с «!взять».",
        "too_large": "Вложения не помещаются в письмо (15 МБ): {value}. Ничего не отправлено.",
        "lacks": "Отправить нельзя, в письме не указано: {value}.",
        "lacks_draft": (
            "Проект решения сохранён, но в нём не указано: {value}. Пришлите «!решение» ещё раз с полным текстом: какими строками "
            "его дополнить, сказано в письме с проектом."
        ),
        "stands": "Прежнее решение по делу № {number} пока остаётся: новое заменит его, когда в нём будет всё нужное.",
        "no_bearer": "Скажите, за чей счёт исполняется решение, например «!решение замена за наш счёт». Возможны: {bearers}.",
        "no_bearer_of": "Скажите, за чей счёт исполняется решение по требованию {value}, например «за наш счёт». Возможны: {bearers}.",
        "demands_left": (
            "Нет решения по требованиям: {value}. Напишите его по каждому, например «2: отказать, потому что …», а чего клиент не "
            "требовал: «2: не заявлено»."
        ),
        "demands_none": "Ни по одному требованию нет решения. Напишите, например, «!решение 1: вернуть 12 000 руб до 10.12 за наш счёт».",
        "demand_name": "Какое требование под номером {value}, из дела не видно. Назовите его: «{value} (возмещение за доставку): …».",
        "demand_kind": "Что решено по требованию {value}, не названо. Напишите, например, «{value}: заменить до 10.12».",
        "demand_other": (
            "Под номером {value} клиент требует: {kind}, а решено другое: это требование {until}. Проверьте номера. Если так и задумано, "
            "назовите требование в скобках: «{value} (…): …»."
        ),
        "demand_day": "День «{value}» непонятен или уже прошёл. Напишите, например, «до 10.12».",
        "one_for_all": "Решение одно на все требования клиента ({value}). Чтобы решить каждое отдельно, пришлите «!решение» с номерами.",
        "guarantee": (
            "Гарантийное письмо по делу № {number} отмечено: идёт платный ремонт за счёт клиента. О ходе работ сообщает клиенту "
            "команда «!ход», а когда всё сделано, «!исполнено»."
        ),
        "guarantee_none": (
            "По делу № {number} платный ремонт не предлагали, гарантийного письма здесь не ждут. Предложение отправляет "
            "«!решение платный ремонт»."
        ),
        "inspected": "По делу № {number} отмечено, что осмотр состоялся. {value}",
        "inspected_next_review": "Теперь можно решать: «!решение».",
        "inspected_next_waiting_customer": "По-прежнему ждём {value}. Если ждать больше нечего, можно решать: «!решение».",
        "inspected_next_execution": "Дальше исполнение: о ходе работ сообщает клиенту команда «!ход», а когда всё сделано, «!исполнено».",
        "withdraw": "Письмо по делу № {number} отозвано с согласования, клиенту оно не уйдёт. Исправленное пришлите заново.",
        "withdraw_draft": "Неотправленное письмо по делу № {number} убрано, клиенту оно не уйдёт.",
        "withdraw_none": "В деле № {number} нет Вашего письма, которое ждёт согласования или отправки.",
        "not_expired": "Платный ремонт предлагают, когда гарантия истекла. Если это так, начните с «!гарантия истекла».",
        "ready": "Проект готов, согласовывать его ни с кем больше не нужно. Отправьте его строкой «!отправить».",
        "resolve": "Решение по делу № {number} ({value}) отправлено на согласование: {until}.",
        "approve": "Письмо по делу № {number} согласовано. Теперь его отправит автор: {value}.",
        "approve_other": "Письмо по делу № {number} согласовано. Отправить его поручено: {value}.",
        "approve_left": "Письмо по делу № {number} согласовано. Его автор больше не ведёт дела, поэтому отправить его поручено: {value}.",
        "approve_more": "Ваше согласование по делу № {number} принято. Ждём ещё: {value}.",
        "reject": "Письмо по делу № {number} возвращено автору ({value}) с Вашими замечаниями.",
        "reject_also": "Замечания получит и тот, кто ведёт дело сейчас: {value}.",
        "not_approved": "Письмо по делу № {number} ещё не согласовано. Ждём: {value}.",
        "was_returned": "Письмо возвращено с замечаниями. Исправьте его и пришлите «!решение» заново.",
        "changed_letter": (
            "Текст письма изменился после согласования. Пришлите «!решение» заново: согласовать нужно то, что уйдёт клиенту."
        ),
        "newer_letter": "Письмо по делу № {number} с тех пор изменено. Согласуйте его, ответив на последний запрос согласования.",
        "also_needs": "Письмо по делу № {number} не отправлено: дело изменилось, нужно ещё согласование. Запрошены: {value}.",
        "own_letter": "Собственное письмо согласовать нельзя: это делает кто-то другой.",
        "not_your_yes": "Это письмо согласуют другие.",
        "no_approval": "В деле № {number} ничего не ждёт согласования.",
        "memo": "Запрос по делу № {number} отправлен ({value}), ждём ответа до {until}.",
        "memo_answered": "Отмечено, что на запрос по делу № {number} ответили ({value}). Больше о нём не напоминаем.",
        "memo_none": "По делу № {number} нет запроса, на который ещё ждут ответа.",
        "no_department": "Некому отправить: в настройках ([departments]) нет адреса ({value}). Попросите администратора его указать.",
        "wait_date": "День «{value}» непонятен или уже прошёл. Напишите, например, «!ждём клиента до 12.12».",
        "promise_over": (
            "Отправить нельзя: обещанный в решении срок уже прошёл («{value}», {until}). Пришлите «!решение» заново, с новой датой."
        ),
        "promise_date": "День «{value}» непонятен или уже прошёл. Напишите, например, «!решение замена за наш счёт до 12.12».",
        "wait_far": "Откладывать можно не больше чем на {value} дней, то есть до {until}. Когда этот день наступит, срок можно продлить.",
        "completed": "Письмо о том, что всё исполнено, отправлено клиенту ({value}). Ждём его подтверждения, что вопрос решён.",
        "holding": "Клиент по делу № {number} получит промежуточное письмо; следующее письмо обещано ему до {until}.",
        "holding_off": "Промежуточные письма по делу № {number} больше не отправляются.",
        "done_date": "К сделанному нужна дата, например «!исполнено замена отгружена, 05.12». Непонятна строка: «{value}».",
        "wait": "Дело № {number}: ждём {value} до {until}.",
        "warranty": "Дело № {number}: гарантия {value}.",
        "consumer": "Дело № {number}, кто клиент: {value} (раньше: {was}). {terms}",
        "consumer_kept": (
            "Дело № {number}, кто клиент: {value}. Так уже было прочитано в письме; теперь это Ваше слово, и дальнейшие письма его "
            "не изменят. {terms}"
        ),
        "demands": "Дело № {number}, требования клиента: {value} (раньше: {was}). {terms}",
        "customer": "Дело № {number}: адрес клиента теперь {value}.",
        "customer_was": "Дело № {number}: адрес клиента теперь {value} (раньше: {was}).",
        "customer_write": "Теперь клиенту можно написать: «!ответ» или «!запросить».",
        "customer_theirs": "Клиенту напишет тот, кто ведёт дело: {value}.",
        "customer_claim": "Когда Вы подтвердите претензию («!претензия»), на этот адрес уйдёт подтверждение.",
        "customer_taken": "Не ушло на прежний адрес и отозвано: {value}.",
        "customer_again": "Если это нужно отправить на новый адрес, напишите письмо заново.",
        "customer_anew": "Подтверждение уйдёт само на новый адрес.",
        "customer_leaving": "Одно письмо на прежний адрес уже уходит, вернуть его нельзя.",
        "letter_acknowledgement": "подтверждение", "letter_collective": "общее подтверждение по нескольким делам",
        "letter_holding": "промежуточное письмо", "letter_wait_reminder": "напоминание", "letter_withdrawal_reminder": "напоминание",
        "letter_closing": "письмо о закрытии дела",
        "customer_sure": (
            "В деле № {number} уже есть адрес клиента: {was}. Если дальше нужно писать на {value}, пришлите "
            "«!клиент {number} {value} точно»."
        ),
        "customer_wrong": "«{value}» не похоже на адрес электронной почты. Пишут так: «!клиент {number} olga@example.ru».",
        "customer_ours": "Это адрес нашей компании ({value}), а нужен адрес клиента.",
        "customer_robot": "Письма на адрес {value} никто не читает: он служебный. Укажите адрес, по которому клиент отвечает.",
        "no_demands": "ничего определённого",
        "terms_run": "Теперь идут сроки: {value}.",
        "terms_gone": "Больше не идут: {value}.",
        "terms_same": "Сроки от этого не изменились.",
        "term": "«{value}» до {until}",
        "term_guide": "«{value}» ориентировочно до {until}",
        "term_named": "«{value}»",
        "original_defect": "Отмечено, что недостаток мог быть с самого начала: предложение платного ремонта посмотрит и юрист.",
        "progress": "Письмо о ходе исполнения по делу № {number} отправлено клиенту ({value}).",
        "progress_line": (
            "Строка «{value}» непонятна. Пишут так: «сделано: замена заказана, 25.11», «впереди: отгрузка, до 10.12», а в первой строке "
            "день следующей новости: «!ход до 15.12»."
        ),
        "progress_day": "Назовите день, до которого клиент получит следующее письмо, например «!ход до 15.12». Непонятно: «{value}».",
        "inspect": "Приглашение на осмотр по делу № {number} отправлено клиенту ({value}). Дело ждёт до дня осмотра.",
        "thank": "Дело № {number} закрыто, клиенту ({value}) отправлена благодарность.",
        "thank_no": "Дело № {number} закрыто по другой причине: подтверждения от клиента не было, поэтому благодарность не отправлена.",
        "thank_twice": "Благодарность по делу № {number} клиенту уже отправлена.",
        "regress": (
            "Наша претензия по делу № {number} отмечена, её последний день {until}. Проект с документами отправлен Вам отдельным письмом."
        ),
        "regress_filed": "Отмечено, что наша претензия по делу № {number} предъявлена. Ждём ответа.",
        "regress_notice": "Отмечено, что извещение по делу № {number} отправлено. Саму претензию ещё нужно предъявить.",
        "regress_answered": "Отмечено, что на нашу претензию по делу № {number} ответили.",
        "regress_in": "Наша претензия по делу № {number} идёт в деле № {value}, с которым оно объединено. Напишите команду с тем номером.",
        "regress_none": "В деле № {number} нашей претензии нет. Сначала скажите, к кому она: «!регресс перевозчик».",
        "regress_over": (
            "Наша претензия по делу № {number} отмечена, но её последний день, {until}, уже прошёл: решите с юристом, как быть. Проект с "
            "документами отправлен Вам отдельным письмом."
        ),
        "regress_undated": (
            "День доставки неизвестен, а от него считаются и более короткие сроки. Найдите его в документах и повторите команду со строкой "
            "«доставлено: 18.11.2026»."
        ),
        "regress_delivered": "День доставки «{value}» непонятен или ещё не наступил. Напишите, например, «доставлено: 18.11.2026».",
        "regress_no_day": (
            "Наша претензия по делу № {number} отмечена, но последний день посчитать нельзя: неизвестен день доставки. Найдите "
            "его в документах и повторите команду со строкой «доставлено: 18.11.2026»."
        ),
        "needs_regress": (
            "Скажите, к кому наша претензия («!регресс перевозчик» или «!регресс поставщик») или что с ней стало («!регресс предъявлена», "
            "«извещение», «ответ»). Непонятно: «{value}»."
        ),
        "left_out": "Не приложены (слишком большие файлы или программы): {value}.",
        "legal": "Дело № {number} передано юристу: {value}. Автоматических писем клиенту больше не будет.",
        "legal_off": "Дело № {number}: запрет снят, письма снова могут уходить сами.",
        "legal_off_closed": (
            "Дело закрыто, а на обращение {value} мы ничем не ответили. Откройте дело снова («!открыть {number}»), и подтверждение уйдёт "
            "само, или ответьте письмом."
        ),
        "legal_nobody": "сообщить некому, юриста нет в настройках",
        "add": "К делу № {number} приобщено: {value}.",
        "add_mail": "Письмо {value} приобщено к делу № {number}.",
        "add_what": "Приобщить нечего: назовите письмо («!приобщить M-123») или вложите файл в своё письмо.",
        "no_such_mail": "Письма {value} нет.",
        "mail_has_case": "Письмо {value} уже в деле № {other}.",
        "next_answer": "ответить клиенту",
        "next_leaving": "ответ отметится, когда письмо примет почтовый сервер",
        "next_sort": "решить (претензия или нет)",
        "next_send": "отправить согласованное письмо (!отправить)",
        "next_again": "решить заново, с новой датой: обещанный в письме день прошёл (!решение)",
        "next_approval": "согласование — {value}",
        "merge": "Дело № {other} объединено с делом № {number}: сроки считаются от более раннего обращения, {received}.",
        "merge_dropped": (
            "Письмо, которое ещё не ушло по делу № {other} ({value}), клиенту не уйдёт. Если оно нужно, напишите его заново "
            "в деле № {number}."
        ),
        "merge_told": "Клиенту дела № {other} ({address}) отправляется подтверждение, в нём назван номер {number}.",
        "merge_later": (
            "Клиент дела № {other} ({address}) получит подтверждение с номером {number}, когда дело подтвердят как претензию: «!претензия»."
        ),
        "merge_held": (
            "Клиент дела № {other} ({address}) получит подтверждение с номером {number}, когда дело вернётся от юриста: "
            "«!юрист {number} снять»."
        ),
        "promised_too": (
            "Ответ по этому делу обещан и {value}: дело с этого адреса объединено с делом № {number}, но туда это письмо не уходит. "
            "Если ответ тот же, отправьте его обычным письмом на {value} с копией на {to}, без данных другого клиента: "
            "письмо будет учтено в деле."
        ),
        "merge_unsure": (
            "Клиенту дела № {other} ({address}) ничего не отправлено: его адрес известен только из пересланного письма. Если адрес верен, "
            "напишите ему обычным письмом с копией на адрес для претензий и назовите номер {number}."
        ),
        "merge_other": "Клиенты этих дел разные: {value}. Если это всё же одна претензия, напишите «!объединить {other} точно».",
        "merge_self": "Это одно и то же дело № {number}.",
        "merge_closed": "Дело № {other} не открыто: объединяют только открытые дела.",
        "not_yours": "Дело № {other} Вам не показано: объединить можно только дела, которые Вы видите в сводке или ведёте.",
        "split": "Письмо от {value} выделено из дела № {number} в новое дело № {other}. {told}",
        "no_split": "В деле № {number} нет письма, которое можно выделить: есть только то, которым оно открыто.",
        "same_mail": "Письмо {number} уже разобрано.",
        "done": "Письмо {number} разобрано и больше не стоит в сводке.",
        "claim_mail": "Письмо {number} заведено как дело № {other}. {told}",
        "only_mail": (
            "Письмо {number} ещё не дело: возможны «!готово» и «!претензия». Ответить на него можно обычным письмом, с копией на адрес "
            "для претензий."
        ),
        "no_mail": "Письма {number} нет.",
        "has_case": "Письмо {number} уже в деле № {other}.",
        "mail_only": "Команда «!готово» убирает из сводки письма без дела, например «!готово M-123». Дело закрывают так: !закрыть ПРИЧИНА.",
        "find": "Найдено дел: {value}.",
        "find_many": "Найдено больше {value} дел, показаны самые близкие. Уточните запрос.",
        "find_none": "По запросу «{value}» ничего не найдено.",
        "not_shown": "Дело № {number} показать нельзя: его ведёт другой сотрудник.",
        "show": "Дело № {number} отправлено Вам отдельным письмом.",
        "show_large": "Дело № {number} отправлено Вам отдельным письмом. Не приложены (слишком большие файлы или программы): {value}.",
        "new": "Заведено дело № {other}, срок ответа считается от {value}.",
        "new_confirm": (
            "Клиенту ({address}) пока ничего не отправлено. Если адрес верен, ответьте на это письмо строкой «!претензия»: клиент "
            "получит подтверждение."
        ),
        "new_confirm_here": (
            "Клиенту ({address}) пока ничего не отправлено. Если адрес верен, «mailbot case claim {other}» отправит ему подтверждение."
        ),
        "new_nobody_here": (
            "Клиенту ничего не отправлено: адрес пока неизвестен. Когда узнаете его, запишите его: «mailbot case customer {other} "
            "olga@example.ru»."
        ),
        "new_one": "Одно письмо заводит одно дело. Пришлите каждую претензию отдельным письмом.",
        "new_nobody": (
            "Клиенту ничего не отправлено: адрес пока неизвестен. Когда узнаете его, пришлите «!клиент {other} olga@example.ru», только "
            "с адресом клиента."
        ),
        "new_when": (
            "Когда получена претензия («{value}»), непонятно. Напишите, например, «когда: вчера 15:00»: не позже сегодняшнего дня и не "
            "раньше, чем год назад."
        ),
        "new_address": "«{value}» не похоже на адрес почты. Напишите строкой «клиент: ivanov@example.ru» или оставьте только имя.",
        "noted": (
            "Ваш ответ сохранён как заметка в деле № {number}. Клиенту он не отправлен: чтобы отправить, начните письмо строкой "
            "«!ответ», а текст напишите ниже."
        ),
        "unmarked": (
            "Строка «{line}» командой не стала: команда начинается с восклицательного знака. Если Вы имели в виду команду ({value}), "
            "ответьте ещё раз, и первой строкой напишите «{form}»."
        ),
        "noted_no_yes": (
            "Письмо по делу № {number} ещё не согласовано: Ваши слова сохранены как заметка. Чтобы согласовать, ответьте строкой "
            "«!согласовано», чтобы вернуть автору, ответьте строкой «!вернуть» и напишите, что исправить."
        ),
        "in_subject": (
            "Команда «{value}» стоит в теме письма, а там команды не читаются. Ответьте ещё раз и напишите её первой строкой самого письма."
        ),
        "in_quote": (
            "Над цитатой в Вашем письме ничего не написано, поэтому ничего не сделано. Команды и слова пишут над письмом, на которое "
            "отвечают."
        ),
        "not_noted": (
            "Ваш ответ не добавлен ни к одному делу: письмо, на которое Вы отвечаете, не о каком-то одном деле. Ответьте на письмо о "
            "деле или на сводку, с первой строкой «!заметка НОМЕР» или «!ответ НОМЕР»."
        ),
        "unknown": "Строка «!{line}» непонятна: команды «{value}» нет. Все команды покажет «!помощь».",
        "unknown_near": "Строка «!{line}» непонятна: команды «{value}» нет. Возможно, Вы имели в виду {form}.",
        "or": "или",
        "line": "Строку «!{line}» выполнить нельзя.",
        "long": "Строка с командой слишком длинная: «{value}». Пишите не больше 200 знаков, в заметке до 4000, в письме до 20 000.",
        "many": "В письме больше {value} команд. Пришлите их несколькими письмами.",
        "below": "Команда «!{value}» стоит ниже обычного текста. Все команды пишут в начале письма.",
        "cut": "Строка «{value}» не вошла бы в письмо: строки, которые начинаются с «>» или «|», считаются цитатой. Уберите этот знак.",
        "needs": "В команде «{value}» чего-то не хватает. Напишите так: {form}.",
        "one_case": "В одной строке называют одно дело. Напишите команду для каждого дела отдельной строкой: «{value}» тоже.",
        "superfluous": "Лишние слова в команде: «{value}». Если это заметка, напишите её так: !заметка ТЕКСТ.",
        "needs_wait": "Напишите, кого и до какого дня ждать, например «!ждём клиента до 12.12». Можно ждать: {waits}.",
        "needs_consumer": (
            "Напишите «!потребитель да», если клиент покупал для себя, «!потребитель нет», если это организация или предприниматель, "
            "или «!потребитель неизвестно»."
        ),
        "needs_customer": (
            "После команды укажите адрес клиента, а если хотите, и имя: «!клиент Ольга Белова olga@example.ru». Непонятно: «{value}»."
        ),
        "needs_demands": (
            "Перечислите через запятую, чего требует клиент, например «!требования замена, возврат денег». Непонятно: «{value}». "
            "Возможны: {demands}; «!требования нет», если ничего определённого."
        ),
        "needs_warranty": "Напишите «!гарантия действует» или «!гарантия истекла».",
        "needs_resolve": (
            "Назовите решение и, если нужно, за чей счёт, например «!решение замена за наш счёт». Решения: {kinds}. За счёт: {bearers}."
        ),
        "needs_demand": (
            "Непонятно, что решено: «{value}». Пишут так: «!решение 1: вернуть 12 000 руб за наш счёт до 10.12; 2: отказать, потому "
            "что …». Номер называют один раз."
        ),
        "needs_merge": "Назовите номер дела, с которым объединить, например «!объединить 2026-0451».",
        "reason": "Чтобы закрыть дело, назовите причину, например «!закрыть решено». Возможны: {reasons}.",
        "date": "Дата «{value}» непонятна. Напишите, например, «!отвечено 23.11.2026»; не раньше претензии и не позже сегодняшнего дня.",
        "person": "Непонятно, кому передать дело: «{value}». Возможны: {possible}.",
        "no_category": "Категории «{value}» нет. Возможны: {possible}.",
        "state": "Дело № {number} в состоянии «{state}»: команда «{value}» сейчас невозможна. Возможны: {possible}.",
        "same": "Дело № {number}, «{command}»: это уже так, менять нечего.",
        "no_case": "Дела № {number} нет.",
        "no_undo": (
            "В деле № {number} нет Ваших изменений за последние 24 часа, которые можно отменить. Отправленные письма, согласования, "
            "объединение, разделение и повторное открытие не отменяются."
        ),
        "undo_alone": "Отмену пришлите отдельным письмом, без других команд о том же деле.",
        "changed": "Дело № {number} с тех пор изменилось, поэтому отмена невозможна. Состояние показано ниже.",
        "changed_here": "Дело № {number} с тех пор изменилось, поэтому отмена невозможна.",
        "no_case_named": "Письмо, на которое Вы отвечаете, не относится ни к одному делу. Ответьте на сводку или на письмо о деле.",
        "which": (
            "Письмо, на которое Вы отвечаете, относится к нескольким делам: {value}. Назовите номер сразу за командой: "
            "«{command} 2026-0451»."
        ),
        "not_listed": "Дела с этим номером нет в письме, на которое Вы отвечаете. Ответьте на письмо, в котором оно есть.",
        "token": "Готовый ответ не подходит: он для другого дела или сотрудника, изменён, или ему больше 14 дней.",
        "answer_this": "Можно ответить и на это письмо: дело названо ниже.",
        "not_passed_on": "Письмо, которое Вы переслали под командой, ни в какое дело не попало: перешлите его ещё раз без команды.",
        "no_letter": "Команды принимаются только в ответ на письмо программы Вам. Ответьте на сводку или на письмо о деле.",
        "other_person": "Вы отвечаете на письмо, которое было адресовано не Вам. Ответьте на своё.",
        "expired": "Письму, на которое Вы отвечаете, больше 14 дней. Ответьте на более новое.",
        "not_now": "Этого сделать нельзя. Состояние дела показано ниже.",
        "close_unread": (
            "Дело № {number} не закрыто: клиент написал ещё раз ({value}), и в письмах, которые Вы получили о деле, этого ещё не было. "
            "Прочитайте, пожалуйста, его письмо («!показать») и, если дело всё-таки пора закрыть, добавьте после причины слово «точно»."
        ),
        "close_unheard": (
            "Дело № {number} не закрыто: на обращение {value} мы ещё ничем не ответили, подтверждение ждёт, пока дело у юриста. "
            "Верните дело от юриста («!юрист {number} снять»), и подтверждение уйдёт само, или ответьте письмом. Если писать не нужно, "
            "добавьте после причины слово «точно»."
        ),
        "many_closes": (
            "Закрывается сразу много дел (больше {value} в письме или больше {count} за час). Если всё верно, ответьте на это письмо "
            "теми же строками, добавив к одной из причин слово «точно»: «!закрыть 2026-0451 решено точно»."
        ),
        "parts_differ": (
            "В тексте и в HTML-части Вашего письма разные команды, поэтому ничего не сделано. Пришлите команды обычным текстом."
        ),
        "encrypted": (
            "Ваше письмо зашифровано, программа не может его прочитать, поэтому ничего не сделано. Пришлите команду незашифрованным "
            "письмом; электронную подпись можно оставить."
        ),
        "encrypted_letter": "(письмо зашифровано, программа не может его прочитать: откройте его в почтовой программе)",
        "limit": "За час от Вас пришло команд больше {count}. Пришлите остальные позже.",
        "overtaken": (
            "Подпись Вашего письма какое-то время нельзя было проверить, а по делу № {number} с тех пор уже выполнены другие команды. "
            "Посмотрите, что изменилось, и, если команда ещё нужна, пришлите её снова."
        ),
        "overtaken_by_customer": (
            "Подпись Вашего письма какое-то время нельзя было проверить, а после него по делу № {number} написал клиент ({value}). "
            "Прочитайте, пожалуйста, его письмо и, если команда по-прежнему верна, пришлите её снова."
        ),
    },
    "en": {
        "take": "Case {number} is yours now.",
        "take_over": "Case {number} is yours now. Until now it was in the charge of {value}.",
        "taken_by": (
            "Case {number} is in the charge of {value} already (since {until}). If it passes to you all the same, agree with each other "
            "and send “!take {number} sure”."
        ),
        "customer_wrote": (
            "Please note: the customer wrote again ({value}) when the letter had been drafted already. “!show” has the letter."
        ),
        "assign": "Case {number} is given to {value}.",
        "claim": "Case {number} is confirmed as a claim. {value}",
        "claim_told": "The customer's acknowledgement is on its way.",
        "claim_held": "The customer's acknowledgement is written and waits to be released: mailbot outbox.",
        "claim_nobody": "Nothing is sent to the customer: there is no address the program may write to.",
        "claim_legal_hold": "Nothing is sent to the customer: the case is with the lawyer, and the program writes nothing by itself.",
        "claim_deferred": "The customer has already had all of today's letters: the acknowledgement follows within 24 hours.",
        "claim_no_mailbox": "Nothing is sent to the customer: no mailbox is configured.",
        "not-a-claim": "Case {number} is no claim. Its clocks have ended and nothing was sent to the customer.",
        "category": "Case {number}: the category is now “{value}”.",
        "note": "The note is kept with case {number}.",
        "answered": "Case {number} counts as answered: {value}.",
        "close": "Case {number} is closed.",
        "close_unanswered": "The customer has had no written answer, and the program does not tell her of the close. If she is owed one, "
        "take the case back (“!undo”) and write (“!reply”); if she was answered otherwise, mark it: “!answered”.",
        "dropped": "What had not left yet ({value}) will not go to the customer any more. Should it be needed, write it again.",
        "reopen": "Case {number} is open again.",
        "status": "The state of case {number} is shown below.",
        "undo": "Case {number}: your last change is undone. As before again: {value}.",
        "taken_back": "The hand-over of case {number} to you is taken back ({value}). {other} is in charge of it now.",
        "taken_back_nobody": "The hand-over of case {number} to you is taken back ({value}). There is nothing for you to do about it.",
        "handed_away": "Case {number} was handed on ({value}). {other} is in charge of it now; there is nothing for you to do about it.",
        "handed_away_nobody": "Case {number} is no longer yours ({value}). There is nothing for you to do about it.",
        "taken_back_told": "Told of it: {value}.",
        "help": "The commands are listed below.",
        "reply": "The letter about case {number} is sent to the customer ({value}).",
        "warned": "The letter about case {number} is sent to the customer ({value}). Where there is danger it does not count as the "
        "answer to the claim while nothing is decided: the term of the answer runs. Tell the decision with “!resolve”; if this letter is "
        "the answer, mark it: “!answered”.",
        "ask": "The questions about case {number} are sent to the customer ({value}).",
        "send": "The letter about case {number} is sent to the customer ({value}).",
        "with_files": "Attached: {value}.",
        "waits_release": "The program is in rehearsal: the letter waits to be released (mailbot outbox).",
        "draft_gone": "The earlier letter that you were asked about goes no further.",
        "guard": (
            "The letter is not sent yet: there are places to check ({value}). The questions come in a letter of their own; "
            "“!send” sends it as it is."
        ),
        "guard_here": (
            "The letter is kept and not sent. Places to check: {value}. `mailbot case send {number}` sends it as it is; a new one takes "
            "its place."
        ),
        "guard_note": "Please look at these words: {value}.",
        "no_draft": "Case {number} has no letter that waits to be sent.",
        "which_letter": "It is letter {other} (“{value}”), to {to}.",
        "which_kind": "It is letter {other} (“{value}”).",
        "sent_before": "The letter of case {number} was sent already, {until}; it does not go a second time.",
        "leaving_before": "The letter of case {number} was handed over for sending, {until}; there is no need to send it again.",
        "sent_in_vain": (
            "The letter of case {number} was sent already, {until}, but it did not reach the customer. Please check the address and "
            "write it again."
        ),
        "no_customer": (
            "Case {number} has no customer's address that could be written to. Once you know it, send “!customer {number} "
            "olga@example.com” with that address."
        ),
        "no_home": "No mailbox is configured to send from.",
        "not_in_charge": "The person in charge writes to the customer: {value}. If the case is to be yours, begin with “!take”.",
        "too_large": "The attachments do not fit into the letter (15 MB): {value}. Nothing was sent.",
        "lacks": "It cannot be sent, the letter lacks: {value}.",
        "lacks_draft": (
            "The draft is kept, but it lacks: {value}. Send “!resolve” again with a fuller text: the letter with the draft "
            "says how to write it."
        ),
        "stands": "The decision before it still stands in case {number}: the new one takes its place once it has all it needs.",
        "no_bearer": "Say at whose cost it is carried out, for example “!resolve replacement at our cost”. Possible are: {bearers}.",
        "no_bearer_of": "Say at whose cost demand {value} is met, for example “at our cost”. Possible are: {bearers}.",
        "demands_left": (
            "There is no decision on: {value}. Write one on each, for example “2: refuse because …”, or “2: not demanded” where the "
            "customer did not ask for it."
        ),
        "demands_none": "No demand is decided. Write for example “!resolve 1: refund 12,000 RUB at our cost by 10.12”.",
        "demand_name": "The case does not show what demand {value} is. Name it: “{value} (refund of the delivery): …”.",
        "demand_kind": "What was decided on demand {value} is not said. Write for example “{value}: replace by 10.12”.",
        "demand_other": (
            "Demand {value} is for: {kind}, and something else was decided: that is demand {until}. Please check the numbers. If it is "
            "meant so, name the demand in brackets: “{value} (…): …”."
        ),
        "demand_day": "The day “{value}” is not understood or has passed. Write for example “by 10.12”.",
        "one_for_all": "One decision answers all demands ({value}). To decide on each, send “!resolve” with their numbers.",
        "guarantee": (
            "The payment guarantee of case {number} is noted: the repair is carried out at the customer's cost. “!progress” tells the "
            "customer how it goes, “!completed” that all is done."
        ),
        "guarantee_none": (
            "No paid repair was offered in case {number}, so that there is nothing to guarantee. “!resolve paid repair” sends the offer."
        ),
        "inspected": "It is noted that the inspection of case {number} was held. {value}",
        "inspected_next_review": "Now it can be decided: “!resolve”.",
        "inspected_next_waiting_customer": "We still wait for {value}. If that is needed no longer, it can be decided: “!resolve”.",
        "inspected_next_execution": "What is left is to carry it out: “!progress” tells how it goes, “!completed” that all is done.",
        "withdraw": "The letter of case {number} is taken back from approval and will not go to the customer. Correct it, then resend.",
        "withdraw_draft": "The unsent letter of case {number} is put away and will not go to the customer.",
        "withdraw_none": "Case {number} has no letter of yours that waits for approval or to be sent.",
        "not_expired": "A paid repair is offered once the warranty is over. If it is, begin with “!warranty expired”.",
        "ready": "The draft is ready, and there is nobody else to approve it. Send it with “!send”.",
        "resolve": "The decision on case {number} ({value}) has gone for approval to {until}.",
        "approve": "The letter about case {number} is approved. Its author sends it now: {value}.",
        "approve_other": "The letter about case {number} is approved. It is now to be sent by {value}.",
        "approve_left": "The letter about case {number} is approved. Its author has left, so it is now to be sent by {value}.",
        "approve_more": "Your approval for case {number} is noted. Still waiting for {value}.",
        "reject": "The letter about case {number} is returned to its author ({value}) with your remarks.",
        "reject_also": "Who has the case now gets the remarks, too: {value}.",
        "not_approved": "The letter about case {number} is not approved yet. Waiting for {value}.",
        "was_returned": "The letter was returned with remarks. Correct it and send “!resolve” again.",
        "changed_letter": "The letter has changed since it was approved. Send “!resolve” again: only what was approved may leave.",
        "newer_letter": "The letter about case {number} has been changed since. Approve it in answer to the latest request.",
        "also_needs": "The letter about case {number} is not sent: the case has changed, and others must approve too. Asked: {value}.",
        "own_letter": "You cannot approve your own letter: somebody else does.",
        "not_your_yes": "This letter is approved by others.",
        "no_approval": "Nothing in case {number} waits for approval.",
        "memo": "The question about case {number} is sent ({value}), to be answered by {until}.",
        "memo_answered": "It is noted that the question about case {number} was answered ({value}). Nobody is reminded of it any more.",
        "memo_none": "Nothing asked about case {number} still waits for an answer.",
        "no_department": "Nobody to send it to: [departments] has no address ({value}). Ask the operator to add it.",
        "wait_date": "The day “{value}” is not understood or has passed. Write for example “!wait customer until 2026-12-12”.",
        "promise_over": (
            "It cannot be sent: a day that the decision promises has passed (“{value}”, {until}). Send “!resolve” again, with a new day."
        ),
        "promise_date": "The day “{value}” is not clear or is over. Write for example “!resolve replacement at our cost by 2026-12-12”.",
        "wait_far": "A case can be put off by at most {value} days, that is until {until}. When that day comes you may put it off again.",
        "completed": "The letter that all is done is sent to the customer ({value}). We wait for confirmation that the matter is settled.",
        "holding": "The customer of case {number} gets a holding note; the next news is promised by {until}.",
        "holding_off": "No more holding notes are sent in case {number}.",
        "done_date": "What was done needs its day, for example “!completed replacement shipped, 2026-12-05”. Not understood: “{value}”.",
        "wait": "Case {number}: waiting for {value} until {until}.",
        "warranty": "Case {number}: the warranty is {value}.",
        "consumer_kept": (
            "Case {number}, who the customer is: {value}. The letter was read so already; now it is your word, and no later letter "
            "changes it. {terms}"
        ),
        "consumer": "Case {number}, who the customer is: {value} (before: {was}). {terms}",
        "demands": "Case {number}: the customer demands {value} (before: {was}). {terms}",
        "customer": "Case {number}: the customer's address is {value} now.",
        "customer_was": "Case {number}: the customer's address is {value} now (before: {was}).",
        "customer_write": "The customer can be written to now: “!reply” or “!ask”.",
        "customer_theirs": "The person in charge writes to the customer: {value}.",
        "customer_claim": "Once you confirm the claim (“!claim”), the acknowledgement goes to this address.",
        "customer_taken": "Had not left for the former address and is called back: {value}.",
        "customer_again": "If it is to go to the new address, please write it again.",
        "customer_anew": "The acknowledgement goes to the new address by itself.",
        "customer_leaving": "One letter to the former address is leaving just now and cannot be called back.",
        "letter_acknowledgement": "the acknowledgement", "letter_collective": "the acknowledgement of several cases",
        "letter_holding": "a holding note", "letter_wait_reminder": "a reminder", "letter_withdrawal_reminder": "a reminder",
        "letter_closing": "the closing letter",
        "customer_sure": (
            "Case {number} has a customer's address already: {was}. If letters are to go to {value} from now on, send "
            "“!customer {number} {value} sure”."
        ),
        "customer_wrong": "“{value}” is not a mail address. Write it like this: “!customer {number} olga@example.com”.",
        "customer_ours": "{value} is an address of our own company; the customer's is needed.",
        "customer_robot": "Nobody reads what is sent to {value}: it is a robot's. Give an address at which the customer answers.",
        "no_demands": "nothing in particular",
        "terms_run": "Terms that run now: {value}.",
        "terms_gone": "No longer running: {value}.",
        "terms_same": "No term has changed by that.",
        "term": "“{value}” until {until}",
        "term_guide": "“{value}” as a guide until {until}",
        "term_named": "“{value}”",
        "original_defect": "It is noted that the defect may have been there from the start: the lawyer sees an offer of paid repair too.",
        "progress": "The letter about how case {number} goes on is sent to the customer ({value}).",
        "progress_line": (
            "The line “{value}” is not understood. Write “done: replacement ordered, 25.11”, “ahead: shipment, by 10.12”, and in the first "
            "line the day of the next news: “!progress until 15.12”."
        ),
        "progress_day": "Name the day by which the customer hears again, for example “!progress until 15.12”. Not understood: “{value}”.",
        "inspect": "The invitation to the inspection of case {number} is sent to the customer ({value}). The case waits for that day.",
        "thank": "Case {number} is closed, and the customer ({value}) is thanked.",
        "thank_no": "Case {number} is closed for another reason: there is no confirmation to thank for.",
        "thank_twice": "The customer of case {number} has been thanked already.",
        "regress": "Our own claim of case {number} is marked, its last day is {until}. The draft comes to you in a letter of its own.",
        "regress_filed": "It is noted that our own claim of case {number} is made. We wait for the answer.",
        "regress_notice": "It is noted that the notice of case {number} is given. The claim itself is still to be made.",
        "regress_answered": "It is noted that our own claim of case {number} was answered.",
        "regress_in": "Our own claim of case {number} goes on in case {value}, where it was merged. Give the command with that number.",
        "regress_none": "Case {number} has no claim of our own. Say first against whom it is: “!regress carrier”.",
        "regress_over": (
            "Our own claim of case {number} is marked, but its last day, {until}, has passed: settle with the lawyer what to do. The "
            "draft with the papers comes in a letter of its own."
        ),
        "regress_undated": (
            "The day of delivery is not known, and shorter terms are counted from it. Take it from the papers and repeat the command with "
            "a line “delivered: 18.11.2026”."
        ),
        "regress_delivered": "“{value}” is no day of delivery, or one still to come. Write for example “delivered: 18.11.2026”.",
        "regress_no_day": (
            "Our own claim of case {number} is marked, but its last day cannot be counted: the day of delivery is not known. Take it "
            "from the papers and repeat the command with a line “delivered: 18.11.2026”."
        ),
        "needs_regress": (
            "Say against whom our claim is (“!regress carrier” or “!regress supplier”) or what became of it (“!regress filed”, “notice”, "
            "“answered”). Not understood: “{value}”."
        ),
        "left_out": "Not attached (too large, or programs): {value}.",
        "legal": "Case {number} is handed over to the lawyer: {value}. Nothing goes to the customer by itself any more.",
        "legal_off": "Case {number}: the hold is released, letters may go by themselves again.",
        "legal_off_closed": (
            "The case is closed, and we have written nothing to {value}. Open it again (“!reopen {number}”), and the acknowledgement goes "
            "by itself, or write an answer."
        ),
        "legal_nobody": "there is nobody to tell, no lawyer is configured",
        "add": "Added to case {number}: {value}.",
        "add_mail": "Mail {value} is added to case {number}.",
        "add_what": "There is nothing to add: name a mail (“!add M-123”) or attach a file to your own.",
        "no_such_mail": "There is no mail {value}.",
        "mail_has_case": "Mail {value} belongs to case {other} already.",
        "next_answer": "answer the customer",
        "next_leaving": "the answer is noted when a mail server has taken the letter",
        "next_sort": "say whether it is a claim",
        "next_send": "send the approved letter (!send)",
        "next_again": "decide anew, with a new day: the one the letter promises has passed (!resolve)",
        "next_approval": "approval by {value}",
        "merge": "Case {other} is merged into case {number}: its clocks run from the earlier letter, {received}.",
        "merge_dropped": (
            "What had not left yet in case {other} ({value}) will not go to the customer. If it is needed, write it again in case {number}."
        ),
        "merge_told": "The customer of case {other} ({address}) is sent an acknowledgement that names number {number}.",
        "merge_later": (
            "The customer of case {other} ({address}) gets an acknowledgement with number {number} once the case is confirmed: “!claim”."
        ),
        "merge_held": (
            "The customer of case {other} ({address}) gets an acknowledgement with number {number} once the hold is released: "
            "“!legal {number} release”."
        ),
        "promised_too": (
            "{value} was promised an answer too: the case from that address was merged into case {number}, and this letter does not go "
            "there. If the answer is the same, send it to {value} in an ordinary letter with {to} in copy and without another customer's "
            "data: it is kept with the case."
        ),
        "merge_unsure": (
            "Nothing is sent to the customer of case {other} ({address}): the address is known from a forwarded letter only. If it is "
            "right, write an ordinary letter with the claims address in copy and name number {number}."
        ),
        "merge_other": "These cases have different customers: {value}. If it is one claim all the same, write “!merge {other} sure”.",
        "merge_self": "This is one and the same case {number}.",
        "merge_closed": "Case {other} is not open: only open cases are merged.",
        "not_yours": "Case {other} has not been shown to you: you can merge cases that you see in your digest or are in charge of.",
        "split": "The letter of {value} is now a case of its own, {other}, parted from case {number}. {told}",
        "no_split": "Case {number} has no letter that could be parted from it: there is only the one that opened it.",
        "same_mail": "Mail {number} is done already.",
        "done": "Mail {number} is done and leaves the digest.",
        "claim_mail": "Mail {number} is case {other} now. {told}",
        "only_mail": (
            "Mail {number} is no case yet: possible are “!done” and “!claim”. It can be answered by an ordinary letter, with a copy to the "
            "claims address."
        ),
        "no_mail": "There is no mail {number}.",
        "has_case": "Mail {number} belongs to case {other} already.",
        "mail_only": (
            "“!done” takes mails without a case out of the digest, for example “!done M-123”. A case is closed with !close REASON."
        ),
        "find": "Cases found: {value}.",
        "find_many": "More than {value} cases were found, the closest are shown. Please narrow the search.",
        "find_none": "Nothing was found for “{value}”.",
        "not_shown": "Case {number} is not shown to you: somebody else is in charge.",
        "show": "Case {number} comes to you in a letter of its own.",
        "show_large": "Case {number} comes to you in a letter of its own. Not attached (too large, or programs): {value}.",
        "new": "Case {other} is opened; its clocks run from {value}.",
        "new_confirm": (
            "Nothing was sent to the customer ({address}) yet. If the address is right, answer this letter with “!claim”: the customer "
            "is then acknowledged."
        ),
        "new_confirm_here": (
            "Nothing was sent to the customer ({address}) yet. If the address is right, `mailbot case claim {other}` acknowledges it there."
        ),
        "new_nobody_here": (
            "Nothing is sent to the customer: no address is known. Once you know it, `mailbot case customer {other} olga@example.com` "
            "keeps it."
        ),
        "new_one": "One mail opens one case. Send each claim in a mail of its own.",
        "new_nobody": (
            "Nothing is sent to the customer: no address is known. Once you know it, send “!customer {other} olga@example.com” with that "
            "address."
        ),
        "new_when": (
            "When the claim was received (“{value}”) is not understood. Write for example “when: yesterday 15:00”: not after today and "
            "not more than a year ago."
        ),
        "new_address": "The customer's address “{value}” is not one. Write “customer: ivanov@example.com”, or the name alone.",
        "noted": (
            "Your answer is kept as a note with case {number}. It is not sent to the customer: to send it, begin your mail with the "
            "line “!reply” and put the text below."
        ),
        "unmarked": (
            "The line “{line}” was not taken for a command: a command begins with an exclamation mark. If you meant the command ({value}), "
            "answer once more with “{form}” as the first line."
        ),
        "noted_no_yes": (
            "The letter of case {number} is not approved yet: your words are kept as a note. To approve it, answer with the line "
            "“!approve”; to send it back to its author, with “!reject” and what is to be changed."
        ),
        "in_subject": (
            "The command “{value}” stands in the subject, where none is read. Answer once more, with it in the first line of the mail."
        ),
        "in_quote": "Nothing stands above the quotation in your mail, so nothing was done. Write above the letter you answer.",
        "not_noted": (
            "Your answer was put into no case: the letter you answer is not about one case. Answer a letter about a case, or a digest with "
            "“!note NUMBER” or “!reply NUMBER” as the first line."
        ),
        "unknown": "The line “!{line}” is not understood: there is no command “{value}”. “!help” shows all of them.",
        "unknown_near": "The line “!{line}” is not understood: there is no command “{value}”. You may have meant {form}.",
        "or": "or",
        "line": "The line “!{line}” cannot be carried out.",
        "long": "A command line is too long: “{value}”. Write at most 200 characters, in a note up to 4000, in a letter up to 20,000.",
        "many": "The mail has more than {value} commands. Send them in several mails.",
        "below": "The command “!{value}” stands below other text. All commands belong at the top of the mail.",
        "cut": "The letter would not have “{value}”: lines that begin with “>” or “|” are taken for quotes. Take that sign away.",
        "needs": "Something is missing in the command “{value}”. Write it like this: {form}.",
        "one_case": "One line names one case. Write the command in a line of its own for each case, for “{value}” too.",
        "superfluous": "Unneeded words in a command: “{value}”. If they are a note, write it like this: !note TEXT.",
        "needs_wait": "Say for whom and until when, for example “!wait customer until 2026-12-12”. Possible are: {waits}.",
        "needs_consumer": (
            "Write “!consumer yes” where the customer bought as a private person, “!consumer no” for a business, or “!consumer unknown”."
        ),
        "needs_customer": (
            "Write the customer's address behind the command, with the name if you like: “!customer Olga Belova olga@example.com”. "
            "Not understood: “{value}”."
        ),
        "needs_demands": (
            "List what the customer demands, for example “!demands replacement, refund”. Not understood: “{value}”. "
            "Possible are: {demands}; “!demands none” for nothing in particular."
        ),
        "needs_warranty": "Write “!warranty valid” or “!warranty expired”.",
        "needs_resolve": (
            "Say what was decided and, where needed, at whose cost, for example “!resolve replacement at our cost”. Decisions: "
            "{kinds}. Cost: {bearers}."
        ),
        "needs_demand": (
            "What was decided is not clear: “{value}”. Write it like this: “!resolve 1: refund 12,000 RUB at our cost by 10.12; 2: refuse "
            "because …”. Each number is named once."
        ),
        "needs_merge": "Name the number of the other case, for example “!merge 2026-0451”.",
        "reason": "To close a case give a reason, for example “!close resolved”. Possible are: {reasons}.",
        "date": "The date “{value}” is not understood. Write for example “!answered 2026-11-23”: not before the claim, not after today.",
        "person": "There is nobody called “{value}”. Possible are: {possible}.",
        "no_category": "There is no category “{value}”. Possible are: {possible}.",
        "state": "Case {number} is “{state}”: the command “{value}” is not possible now. Possible are: {possible}.",
        "same": "Case {number}, “{command}”: it is so already, there is nothing to change.",
        "no_case": "There is no case {number}.",
        "no_undo": (
            "In case {number} there is no change of yours within the last 24 hours that can be undone. Letters that were sent, approvals, "
            "a merge, a split and a reopening are not undone."
        ),
        "undo_alone": "Send an undo in a mail of its own, without other commands about the same case.",
        "changed": "Case {number} has changed since, so this cannot be undone. Its state is shown below.",
        "changed_here": "Case {number} has changed since, so this cannot be undone.",
        "no_case_named": "The letter you answer is about no case. Answer a digest or a letter about a case.",
        "which": "The letter you answer is about several cases: {value}. Name the number behind the command: “{command} 2026-0451”.",
        "not_listed": "The letter you answer does not list a case of this number. Answer a letter that does.",
        "token": "The ready reply does not fit: it is for another case or person, was changed, or is older than 14 days.",
        "answer_this": "You may answer this very letter: the case is named below.",
        "not_passed_on": "The letter that you passed on under the command is in no case: please forward it once more, without a command.",
        "no_letter": "Commands are accepted only in answer to a letter of the program to you. Answer your digest or a case letter.",
        "other_person": "The letter you answer was not addressed to you. Answer one of your own.",
        "expired": "The letter you answer is older than 14 days. Answer a newer one.",
        "not_now": "This cannot be done. The state of the case is shown below.",
        "close_unread": (
            "Case {number} is not closed: its customer has written again ({value}), and none of the letters you had about the case told "
            "you so. Please read that letter (“!show”) and, if the case is to be closed all the same, add “sure” after the reason."
        ),
        "close_unheard": (
            "Case {number} is not closed: we have written nothing to {value} yet, the acknowledgement waits while the case is with the "
            "lawyer. Release it (“!legal {number} release”), and the acknowledgement goes by itself, or write an answer. If no letter is "
            "wanted, add “sure” after the reason."
        ),
        "many_closes": (
            "Many cases would be closed at once (more than {value} in a mail, or more than {count} within an hour). If that is right, "
            "answer this letter with the same lines and “sure” after one of the reasons: “!close 2026-0451 resolved sure”."
        ),
        "parts_differ": (
            "The text and the HTML part of your mail say different commands, so nothing was done. Send the commands as plain text."
        ),
        "encrypted": (
            "Your mail is encrypted and the program cannot read it, so nothing was done. Send the command in a mail that is not "
            "encrypted; it may be signed."
        ),
        "encrypted_letter": "(the letter is encrypted and the program cannot read it: open it in your mail program)",
        "limit": "More than {count} commands came from you within an hour. Send the others later.",
        "overtaken": (
            "For some time the signature of your mail could not be checked, and other commands about case {number} have been carried out "
            "since. Please look at what has changed and, if you still want it done, send the command again."
        ),
        "overtaken_by_customer": (
            "For some time the signature of your mail could not be checked, and after it the customer of case {number} has written "
            "({value}). Please read that letter and, if you still want it done, send the command again."
        ),
    },
}  # fmt: skip
