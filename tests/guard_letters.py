"""Letters for the guard, put together from banks of sentences by seed: bad ones with one sentence that must be asked about, and good ones.

Three banks are those the rules were written and mended with; the last (`UNSEEN_…`) was written after that and is held out.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

from mailbot.claims.guard import CaseFacts

RU_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
)  # fmt: skip
EN_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
)  # fmt: skip

BAD: dict[str, dict[str, list[str]]] = {
    "ru": {
        "admission": [
            "Это произошло по нашей вине.", "Мы признаём, что товар был с браком.", "Да, это наша ошибка при комплектации.",
            "Мы действительно отгрузили Вам некачественную партию.", "Приносим извинения за бракованное изделие.",
            "Вина полностью лежит на нас.", "Согласны, что стекло разбилось из-за плохой упаковки с нашей стороны.",
            "Мы виноваты и понимаем это.", "Наш завод допустил брак.", "Недостача возникла из-за нашего недосмотра.",
            "Признаём задолженность перед Вами.", "К сожалению, наш склад перепутал коробки, это наша оплошность.",
            "Подтверждаем, что дефект производственный.", "Мы не досмотрели при упаковке, простите нас за это.",
            "Ваша претензия принята и признана обоснованной.", "Извините за повреждённый товар.",
            "Ответственность за поломку несём мы.", "Случай признан гарантийным.",
        ],
        "promise": [
            "Мы заменим Вам стол на новый.", "Деньги вернём в полном объёме.", "Обещаем всё исправить.", "Отремонтируем изделие бесплатно.",
            "Довезём недостающие коробки ближайшей машиной.", "Мы компенсируем Вам все убытки.", "Вам будет предоставлена скидка 20 %.",
            "Новый обогреватель отправим уже завтра.", "Гарантируем, что такого больше не будет.", "Возместим стоимость разбитых флаконов.",
            "Стоимость товара будет возвращена на Вашу карту.", "Готовы поменять дверцу за наш счёт.", "Мастер приедет и всё починит.",
            "Недостающее допоставим.", "Сделаем Вам уценку на эту партию.", "Выплатим неустойку и моральный вред.",
            "Вы получите новое изделие взамен этого.", "Перечислим Вам всю сумму.",
        ],
        "amount": [
            "Сумма к возврату составит {wrong} руб.", "Стоимость товара по накладной: {wrong} рублей.", "Мы видим в документах {wrong} ₽.",
            "Оплата прошла на {wrong} р.", "По нашим данным, поставка стоила {wrong} руб. с НДС.", "Вы указали сумму {wrong} рублей.",
            "Речь идёт о {wrong} руб., верно?", "Цена изделия {wrong} ₽ указана в счёте.", "Разница составляет {wrong} рублей.",
            "Диагностика обойдётся в {wrong} руб.", "В счёте стоит {wrong} рублей 00 копеек.", "Ущерб Вы оценили в {wrong} руб.",
        ],
        "date": [
            "Ответим Вам до {late}.", "Решение сообщим не позднее {late}.", "Мы напишем Вам {late}.", "Поставка была {past}.",
            "Товар Вы получили {past}, как мы видим.", "Окончательный ответ подготовим к {late}.", "Ваше письмо от {past} мы прочитали.",
            "Вернёмся к Вам с ответом {late}.", "Груз отгружен {past}.", "Мы рассмотрим обращение через два месяца.",
            "Ответ дадим в течение 60 дней.", "Акт был составлен {past}.",
        ],
        "stranger": [
            "Такая же история была у {stranger}.", "Мы уже отвечали {stranger} на похожий вопрос.", "Дело № {number} рассмотрено так же.",
            "Просим сверить заказ № {order}.", "Посмотрите, пожалуйста, обращение {number}.", "По заказу {order} всё отгружено полностью.",
            "Недавно {stranger} писал о том же.", "Накладную {order} мы нашли.", "Копию мы отправили на {mail}.",
            "В письме {stranger} те же фотографии.", "Ваш договор {order} у нас есть.", "Это решили вместе с {stranger}.",
        ],
        "internal": [
            "Конструкторский отдел прислал служебную записку с выводами.", "Наш кладовщик {insider} собирал этот заказ.",
            "По словам {insider}, коробки были целы.", "Бухгалтерия пока не подтвердила оплату.", "Во внутренней переписке об этом сказано иначе.",
            "{insider} из отдела контроля считает иначе.", "Директор пока не согласовал это письмо.", "Прикладываю служебную записку.",
            "В нашей 1С этот серийный номер не значится.", "Наш юрист просил так ответить.", "Технолог {insider} посмотрел фотографии.",
            "Мы ждём ответа от наших конструкторов, они тянут.", "Поставщик комплектующих прислал нам плохую партию стекла.",
            "Склад ошибся при сборке.", "Это внутренний вопрос логистов.", "Начальник отдела {insider} сейчас в отпуске.",
        ],
        "tone": [
            "Вы сами виноваты в поломке.", "Это просто смешно.", "Ваши претензии абсурдны.", "Надо было внимательнее читать инструкцию.",
            "Вы ввели нас в заблуждение.", "Мы возмущены тоном Вашего письма.", "Не нужно нас обманывать.", "Вы неправильно подключили прибор.",
            "Ваши утверждения голословны.", "Хватит писать нам каждый день.", "Это явная ложь.", "Вы безответственно отнеслись к товару.",
            "Сколько можно повторять одно и то же.", "Очевидно, что Вы пытаетесь нажиться.", "Мы устали от Ваших жалоб.",
            "Прекратите угрожать нам судом.", "Вы ничего не поняли.", "Ваша претензия — чистая выдумка.",
        ],
        "placeholder": [
            "Здравствуйте, <ФИО>!", "Ответим до ХХ.ХХ.ХХХХ.", "Ваш заказ № ___ мы нашли.", "Сумма: [сумма] руб.", "С Вами свяжется XXX.",
            "Обращение зарегистрировано [дата].", "Уважаемый(ая) [имя отчество]!", "Позвоните по телефону ________.", "Серийный номер: {{ serial }}.",
            "Изделие [модель] мы осмотрели.", "TODO дописать про накладную.", "Мы приедем (указать дату).", "Адрес склада: ...........",
            "Срок: %DATE%.", "Договор № ?? от ??.", "Вставить реквизиты.",
        ],
    },
    "en": {
        "admission": [
            "This was our fault.", "We admit that the goods were defective.", "Yes, it was our mistake in packing.", "We accept full responsibility for the damage.",
            "We apologise for the defective product.", "The batch we sent you was faulty.", "We are to blame for the shortage.", "We are liable for the loss.",
            "It is a manufacturing defect, we confirm.", "Your claim is accepted as justified.",
        ],
        "promise": [
            "We will replace the table.", "You will get a full refund.", "We promise to put it right.", "We shall repair it free of charge.",
            "We will send the missing boxes this week.", "We will compensate all your losses.", "We can give you a 20 % discount.", "A new heater will be shipped tomorrow.",
            "We guarantee that this will not happen again.", "We are going to reimburse the cost.",
        ],
        "amount": [
            "The amount is EUR {wrong}.", "The invoice shows €{wrong}.", "You paid {wrong} euros.", "It comes to {wrong} EUR including VAT.",
            "The goods were worth ${wrong}.", "The difference is {wrong} EUR.",
        ],
        "date": [
            "You will have our answer by {late}.", "We will write to you on {late}.", "The goods were delivered on {past}.", "Your letter of {past} has been read.",
            "We will decide by {late}.", "The consignment left us on {past}.", "We shall answer within 60 days.", "Our reply will follow in two months.",
        ],
        "stranger": [
            "{stranger} had the same trouble.", "Please compare case {number}.", "Order no. {order} was complete.", "We told {stranger} the same.",
            "The invoice {order} is in our files.", "We sent a copy to {mail}.", "The case of {stranger} was decided so.", "See our case no. {number} for details.",
        ],
        "internal": [
            "Our design department has sent an internal memo.", "{insider} in our warehouse packed this order.", "According to {insider}, the boxes were whole.",
            "Accounting has not confirmed the payment yet.", "Our internal report says otherwise.", "Our lawyer asked us to answer so.",
            "Our supplier sent us a bad batch of glass.", "The director has not approved this letter yet.",
        ],
        "tone": [
            "You are to blame yourself.", "This is ridiculous.", "Your claim is absurd.", "You should have read the manual more carefully.",
            "Stop writing to us every day.", "You are lying.", "You connected it incorrectly, as anybody can see.", "We are tired of your complaints.",
            "Do not threaten us with court.", "You obviously want to make money out of this.",
        ],
        "placeholder": [
            "Dear [name],", "We will answer by DD.MM.YYYY.", "Your order no. ___ was found.", "The amount is XXX.", "Please call ________.", "Dear <first name>,",
            "TODO add the delivery note.", "Serial number: {{ serial }}.", "We will come on (insert date).", "TBD",
        ],
    },
}  # fmt: skip

GOOD: dict[str, list[str]] = {
    "ru": [
        "Спасибо, что написали нам.", "Мы получили Ваше обращение № {own} и рассматриваем его.", "Нам жаль, что Вам пришлось столкнуться с этой ситуацией.",
        "По Вашему сообщению, часть флаконов разбита.", "Мы понимаем, как это неудобно.", "Пришлите, пожалуйста, фотографии упаковки и маркировки.",
        "Подскажите, пожалуйста, когда Вы заметили неисправность?", "Ваш заказ № {order_own} мы нашли.", "По накладной {paper_own} отгружено 12 коробок.",
        "Ваше письмо от {received} мы прочитали внимательно.", "Ответим Вам не позднее {binding}.", "Сумма по накладной: {true} руб., верно?",
        "Материалы изучают специалисты.", "Если удобнее, позвоните нам: {phone}.", "Сохраните, пожалуйста, товар и упаковку до нашего ответа.",
        "Серийный номер {serial} указан на шильдике.", "Извините, что отвечаем не сразу.", "Понимаем Ваше беспокойство.",
        "Мы проверим документы и вернёмся к Вам с ответом.", "Просим прислать акт, если он составлялся.", "Решение сообщим после осмотра.",
        "Осмотр возможен в любой рабочий день, выберите удобный.", "Вы пишете, что изделие не включается.", "Была ли на упаковке видна вмятина?",
        "Хранился ли товар в сухом помещении?", "Изделие не нужно разбирать до осмотра.", "Благодарим за терпение.",
        "Пожалуйста, оставьте в теме письма номер [#{own}].", "Ваши фотографии получены, они хорошо читаются.", "Мы не видим на снимках маркировки.",
        "Это письмо не является признанием вины и не содержит решения по существу.", "Какое решение возможно, станет ясно после осмотра.",
        "Сколько штук было в каждой коробке?", "По документам срок хранения ещё идёт.", "Приложите, пожалуйста, чек или накладную.",
        "К сожалению, на фотографии не видно серийного номера.", "Если что-то непонятно, спросите: мы объясним.",
        "Вы упомянули сумму {true} рублей, мы её записали.", "Поставка от {delivered} у нас отмечена.", "Мы записали, что Вы просите замену.",
        "Вы просите вернуть деньги: это требование мы тоже рассмотрим.", "Ремонт и замену мы обсудим, когда увидим изделие.",
        "Мы уточним у перевозчика, как проходила доставка.", "Пожалуйста, не выбрасывайте повреждённые флаконы.", "Расскажите, как изделие было подключено.",
        "Опишите, пожалуйста, что показывает индикатор.", "Мы постараемся ответить раньше.", "Напишите, в какое время Вам удобно говорить.",
        "Сожалеем, что Вам пришлось ждать.", "Номер Вашего обращения: {own}.", "Ваше сообщение передано специалисту.", "Температура в помещении была выше нуля?",
        "Просим сообщить до {ask}, удобен ли Вам этот день.", "Обратите внимание на этикетку с обратной стороны.", "Видео тоже подойдёт.",
        "Нам важно во всём разобраться.", "Вы правильно сделали, что отключили прибор.", "Если нужна копия накладной, мы её пришлём.",
        "Спасибо за подробное описание.", "Пока не отправляйте изделие, мы напишем адрес.",
    ],
    "en": [
        "Thank you for writing to us.", "We have received your claim no. {own} and are looking at it.", "We are sorry that you had this trouble.",
        "You report that some of the bottles are broken.", "Please send photographs of the packaging and its markings.", "When did you first notice the fault?",
        "We have found your order no. {order_own}.", "Your letter of {received} has been read with care.", "You will hear from us by {binding}.",
        "The amount you name is {true} EUR, is that right?", "Our specialists are looking at the material.", "You can reach us at {phone}.",
        "Until you hear from us, please keep the product and its packaging as they are now.", "The serial number {serial} is on the nameplate.", "Sorry for the late reply.",
        "We will check the papers and come back to you.", "The decision will follow after the inspection.", "You write that the product does not switch on.",
        "Was the dent visible on delivery?", "Please keep the number [#{own}] in the subject line of your reply.", "Your photographs have arrived and are easy to read.",
        "It is neither an admission of liability nor a decision on the matter.", "How many pieces were in each box?", "Unfortunately, the serial number cannot be read in the picture.",
        "The delivery of {delivered} is in our records.", "You ask for a replacement; we have noted that.", "You ask for your money back, and we will look at this too.",
        "Please do not throw the broken bottles away.", "Tell us how the product was connected, please.", "We will try to answer sooner.",
        "Please name a time that suits you for a call.", "A short video would help too.", "Thank you for the detailed description.",
        "If you need a copy of the delivery note, we will send it.", "Please tell us by {ask} whether this day suits you.", "You did right to switch the device off.",
    ],
}  # fmt: skip
LATER_BAD: dict[str, dict[str, list[str]]] = {
    "ru": {
        "admission": [
            "Увы, коробку уронили наши грузчики.", "Брак случился на нашем производстве.", "Нам нечего возразить: изделие неисправно с рождения.",
            "Наша сторона нарушила условия договора.", "Просим прощения за то, что прислали Вам битую посуду.", "Мы согласны с Вашей претензией.",
            "Недовложение произошло у нас на складе.", "Мы проверили и видим, что ошиблись с артикулом.", "Вы правы, товар оказался с дефектом.",
            "Мы понимаем, что нарушили срок поставки.",
        ],
        "promise": [
            "Мы обязательно заменим дверцу.", "Завтра же вернём Вам деньги.", "Вам привезут другой стол.", "Всё починим за неделю.",
            "Мы сделаем Вам перерасчёт.", "Дадим скидку на следующий заказ.", "Оплатим экспертизу и доставку.", "Ваши расходы мы покроем.",
            "Заберём брак и выдадим такой же новый.", "Пришлём Вам недостающие две коробки.",
        ],
        "amount": [
            "Мы насчитали {wrong} руб.", "Переплата равна {wrong} ₽.", "В чеке указано {wrong} рублей.", "Доставка стоила бы {wrong} руб.",
        ],
        "date": [
            "Ждите нашего ответа {late}.", "Всё выяснится к {late}.", "Мы отгрузили товар {past}.", "Звонок от Вас был {past}.",
            "Заключение будет готово {late}.", "О решении узнаете через три месяца.",
        ],
        "stranger": [
            "Коллега {stranger} уже получил ответ.", "Сравните с делом {number}.", "Ответ ушёл на {mail}.", "Речь о накладной № {order}?",
            "Это письмо касается и {stranger}.", "По договору № {order} срок другой.",
        ],
        "internal": [
            "Мой начальник запретил об этом писать.", "Вопрос завис у закупок.", "{insider} обещал посмотреть.", "Наш бухгалтер в отпуске.",
            "Отдел качества до сих пор не дал заключения.", "Из служебной записки следует другое.", "Кладовщики говорят, что всё было цело.",
            "Инженер {insider} считает, что виноват монтаж.",
        ],
        "tone": [
            "Не морочьте нам голову.", "Вы явно преувеличиваете.", "Ваше письмо написано безграмотно.", "Зря Вы кричите на нас.",
            "Такого просто не может быть, Вы лжёте.", "Странно слышать такое от взрослого человека.", "Надо же было додуматься включить его в розетку.",
            "Впредь не беспокойте нас по пустякам.", "Это Ваши проблемы.", "Вы не умеете пользоваться техникой.",
        ],
        "placeholder": [
            "Уважаемый клиент, Ваш номер [номер].", "Срок: __.__.____.", "Сумма XXXX руб.", "Контакт: <телефон>.", "Приедем в (указать время).",
            "Модель: {{model}}.", "Дата: ДД.ММ.ГГГГ.", "№ договора ____.",
        ],
    },
    "en": {
        "admission": [
            "We got it wrong.", "The breakage happened in our warehouse.", "You are right, the goods were bad.", "We should have packed it better.",
            "It is on us.", "We agree with your claim.",
        ],
        "promise": [
            "We'll replace it at once.", "Your money will be returned.", "A colleague will come and fix it.", "We will cover all your costs.",
            "We will knock 10 % off the price.", "The missing boxes will be delivered tomorrow.",
        ],
        "amount": ["We counted {wrong} EUR.", "The price was ${wrong}.", "It was overpaid by {wrong} euros."],
        "date": ["Expect our decision on {late}.", "We shipped it on {past}.", "The report will be ready by {late}.", "You will know in three months."],
        "stranger": ["{stranger} had a better idea.", "Compare it with case {number}.", "Is this about invoice {order}?", "The reply went to {mail}."],
        "internal": [
            "My boss does not allow me to write about it.", "{insider} from quality control is looking at it.", "Purchasing is slow to answer.",
            "The memo from our engineers says so.",
        ],
        "tone": [
            "Do not waste our time.", "You are exaggerating.", "That is your problem.", "Your letter is rude.", "You do not know how to use it.",
            "Nobody else has ever complained.",
        ],
        "placeholder": ["Dear [customer],", "Amount: XXXX.", "Date: __/__/____.", "Model: {{model}}.", "Contact: <phone>.", "We come at (insert time)."],
    },
}  # fmt: skip
LATER_GOOD: dict[str, list[str]] = {
    "ru": [
        "Ваше письмо у нас, его читает специалист.", "Напомните, пожалуйста, номер заказа.", "Снимите, пожалуйста, этикетку крупным планом.",
        "Мы перезвоним Вам сегодня.", "Очень жаль, что так вышло с подарком.", "Правильно ли мы поняли, что не хватает двух коробок?",
        "Мы сверяем документы по заказу {order_own}.", "Нам нужно немного времени, чтобы изучить фотографии.", "Напишем Вам до {binding}.",
        "Ждём от Вас фотографии до {ask}, если это удобно.", "Груз пришёл {delivered}, верно?", "В письме от {received} Вы упомянули акт.",
        "На снимке видна трещина, спасибо.", "Хорошо, что никто не пострадал.", "Инструкцию можно взять на сайте или попросить у нас.",
        "Чек на {true} руб. получен.", "Пожалуйста, опишите шум: он постоянный или прерывистый?", "Мы знаем, что ремонт кухни ждать не может.",
        "Пока решение не принято, новых сроков не называем.", "Мастерская работает по будням.", "Возьмите с собой паспорт изделия.",
        "Нам приятно, что Вы нашли время написать.", "Недостающие сведения можно прислать позже.", "Вы вправе прислать и заключение эксперта.",
        "Причина пока не установлена.", "По Вашим словам, коробка была открыта.", "Если Вам удобнее, приезжайте к нам.",
        "Вопрос о возврате рассмотрит специалист.", "Мы не отклоняем Вашу просьбу, а изучаем её.", "Просим извинить за ожидание.",
        "Номер обращения {own} пригодится при звонке.", "Звонок по телефону {phone} для Вас бесплатный.",
    ],
    "en": [
        "Your letter is with our specialist.", "Could you remind us of the order number?", "We are sorry to hear about the trouble with the gift.",
        "Did we understand rightly that two boxes are missing?", "We are comparing the papers of order {order_own}.", "We will write to you by {binding}.",
        "It would be kind of you to send the pictures by {ask}, please.", "The goods arrived on {delivered}, is that right?", "The crack can be seen in the picture, thank you.",
        "We are glad that nobody was hurt.", "Please describe the noise: is it constant?", "Your receipt for {true} EUR has arrived.",
        "The cause is not known yet.", "You say that the box was open.", "A specialist will look at the question of the refund you ask for.",
        "We are not turning your request down, we are looking into it.", "Sorry to keep you waiting.", "Keep the number {own} at hand when you call, please.",
    ],
}  # fmt: skip
HELD_BAD: dict[str, dict[str, list[str]]] = {
    "ru": {
        "admission": [
            "Мы сами виноваты в случившемся.", "Это наш промах, мы плохо закрепили груз.", "Наши сотрудники забыли положить крепёж.",
            "Деталь действительно бракованная.", "Мы признаём недостачу трёх коробок.", "Просим прощения за разбитое стекло.",
            "Ваше требование справедливо.", "Изделие имело заводской дефект.", "Наш водитель повредил упаковку.", "Мы ошиблись при отгрузке.",
            "Ошибка допущена нашим отделом комплектации.", "Мы в ответе за эту поломку.",
        ],
        "promise": [
            "Взамен отправим Вам другой экземпляр.", "Возвратим уплаченную сумму.", "Бесплатно устраним неисправность.", "Дошлём две полки.",
            "Мы снизим цену на 10 %.", "Ваши затраты на доставку мы оплатим.", "Обязуемся решить вопрос в Вашу пользу.", "Деньги поступят на счёт в пятницу.",
            "Вам доставят новый шкаф.", "Мы всё компенсируем.", "Переделаем за свой счёт.", "Пришлём недостающие ножки курьером.",
        ],
        "amount": [
            "Вернуть просите {wrong} руб., так?", "Итого получается {wrong} ₽.", "В договоре стоит {wrong} рублей.", "Партия стоит {wrong} руб.",
        ],
        "date": [
            "Мы дадим ответ {late}.", "Позвоним Вам с решением {late}.", "Вы купили изделие {past}.", "Наш склад отправил заказ {past}.",
            "Разберёмся в течение 45 дней.", "Письменный ответ придёт {late}.",
        ],
        "stranger": [
            "{stranger} просил передать привет.", "Смотрите также № {number}.", "Копия у {mail}.", "Счёт № {order} выставлен.",
            "Заказ {order} мы тоже проверили.", "Вопрос {stranger} решён иначе.",
        ],
        "internal": [
            "Руководство против такого решения.", "Наш логист {insider} не отвечает.", "Снабжение пока молчит.", "Это решает мой руководитель.",
            "Отдел контроля качества ищет виновного.", "{insider} смотрел Ваши фотографии.", "Согласно служебной записке, всё в норме.",
            "В нашей CRM записано другое.", "Производство не признаёт брак.", "Юристы велели ждать.",
        ],
        "tone": [
            "Ваши обвинения смехотворны.", "Вы просто не читали инструкцию.", "Мы не обязаны Вам ничего объяснять.", "Не надо на нас давить.",
            "Вы опять всё перепутали.", "Странные у Вас претензии.", "Вы пытаетесь нас обмануть.", "Хватит выдумывать.", "Как можно было так обращаться с прибором.",
            "Вы сами всё сломали.", "Сколько раз Вам объяснять.", "Ваше недовольство нас не касается.",
        ],
        "placeholder": [
            "Ваш менеджер: [имя].", "Звоните: +7 (___) ___-__-__.", "Сумма ХХХ руб.", "Уважаемый <имя>!", "Дата осмотра: ??.", "Артикул: {{ article }}.",
            "Адрес (вписать).", "Ответим до [дата].",
        ],
    },
    "en": {
        "admission": [
            "It was entirely our mistake.", "We packed the glass badly.", "Our driver damaged the boxes.", "We acknowledge the defect.",
            "Sorry for the broken glass we sent you.", "We take the blame.", "The device was defective from the start.",
        ],
        "promise": [
            "You will receive a new table.", "We will give you your money back.", "Our engineer will repair it.", "We promise a quick solution.",
            "We offer you a discount.", "We will pay for the carriage.", "We'll ship the missing parts.",
        ],
        "amount": ["In total {wrong} EUR.", "You ask for ${wrong}, do you not?", "The contract says {wrong} euros."],
        "date": ["We will call you on {late}.", "You bought it on {past}.", "Our answer will come on {late}.", "It will take us 60 days: within 60 days you will hear."],
        "stranger": ["{stranger} sends his regards.", "See also {number}.", "A copy went to {mail}.", "Order {order} has been checked too."],
        "internal": [
            "The management is against it.", "{insider} has seen your pictures.", "Our legal people told us to wait.", "It is for my manager to decide.",
            "Our CRM says something else.",
        ],
        "tone": [
            "Your accusations are laughable.", "You simply did not read the manual.", "We owe you no explanation.", "You broke it yourself.",
            "How many times must we explain it.", "Stop making things up.", "You are trying to cheat us.",
        ],
        "placeholder": ["Your manager: [name].", "Call +7 (___) ___-__-__.", "The amount XXX EUR.", "Dear <name>,", "Article: {{ article }}.", "Address (fill in)."],
    },
}  # fmt: skip
HELD_GOOD: dict[str, list[str]] = {
    "ru": [
        "Спасибо за звонок.", "Мы записали Ваши пожелания.", "Подскажите, сохранилась ли упаковка?", "Ваш заказ {order_own} у нас перед глазами.",
        "Жаль, что праздник был омрачён.", "Специалист посмотрит фотографии сегодня.", "Мы сообщим решение не позднее {binding}.",
        "Когда стало заметно, что дверца не закрывается?", "Пришлите, если не трудно, видео.", "Если есть акт с водителем, приложите его.",
        "Получили Ваше письмо {received}.", "Товар передан Вам {delivered}, это так?", "По чеку изделие стоило {true} руб.",
        "Мы пока не можем сказать, в чём причина.", "Осмотр проведём там, где Вам удобно.", "Не включайте, пожалуйста, прибор до осмотра.",
        "Вы спрашиваете о скидке: на этот вопрос ответит специалист.", "Замена, ремонт или возврат — об этом напишем после осмотра.",
        "Ваше терпение нам очень помогает.", "Просим подтвердить время до {ask}.", "Серийный номер {serial} мы нашли в базе.",
        "Если понадобится, вышлем бланк акта.", "Все присланные файлы открылись.", "Номер {own} укажите, пожалуйста, в теме.",
        "Мы уважаем Ваше время и постараемся не задерживать.", "Перевозчику мы отправим запрос.", "Какая погода была в день доставки?",
        "Документы можно прислать и почтой.", "Мы понимаем Ваше огорчение.", "Коробки целы, или есть вмятины?", "Верно ли, что не хватает трёх полок?",
        "Прошу прощения за задержку с ответом.",
    ],
    "en": [
        "Thank you for calling.", "We have noted your wishes.", "Is the packaging still there?", "Your order {order_own} is in front of us.",
        "It is a pity that the party was spoilt.", "A specialist will look at the pictures today.", "We will tell you the decision by {binding}.",
        "When did you notice that the door does not close?", "If there is a report with the driver's signature, please attach it.",
        "Your letter reached us on {received}.", "The goods were handed over on {delivered}, is that so?", "The receipt shows {true} EUR.",
        "We cannot yet say what the cause is.", "Please do not switch the device on before the inspection.",
        "Replacement, repair or refund: we will write about it after the inspection.", "All the files you sent could be opened.",
        "Please confirm the time by {ask}.", "My apologies for answering late.",
    ],
}  # fmt: skip
UNSEEN_BAD: dict[str, dict[str, list[str]]] = {
    "ru": {
        "admission": [
            "Мы понимаем, что это наша вина.", "Признаём: коробки собрали не полностью.", "Простите за испорченный праздник и бракованный торт.",
            "Недостача действительно была, мы её нашли.", "Мы отправили Вам не тот цвет по ошибке.", "Наша упаковка не выдержала дороги.",
            "Изделие вышло с завода с браком.", "Случай гарантийный, сомнений нет.", "Ваша претензия обоснована.", "Мы допустили ошибку в накладной.",
        ],
        "promise": [
            "Заменим Вам насос без разговоров.", "Стоимость вернём на карту.", "Мы бесплатно починим замок.", "Привезём недостающие панели в четверг.",
            "Предоставим Вам скидку.", "Компенсируем расходы на такси.", "Обещаем разобраться и наказать виновных.", "Новую дверцу вышлем почтой.",
            "Вам перечислят деньги.", "Готовы вернуть половину суммы.",
        ],
        "amount": [
            "За товар Вы заплатили {wrong} руб.", "Экспертиза стоит {wrong} ₽.", "Общая цена: {wrong} рублей.", "Недостача на {wrong} руб.",
        ],
        "date": [
            "Рассчитывайте на ответ {late}.", "Результат сообщим {late}.", "Претензия составлена {past}.", "Вы приняли груз {past}.",
            "Ответим через два месяца.", "Проверка закончится {late}.",
        ],
        "stranger": [
            "Для {stranger} мы сделали иначе.", "Это же было в деле {number}.", "Пишите на {mail}.", "Сверьте со счётом № {order}.",
            "В накладной {order} всё верно.", "Груз принял {stranger}.",
        ],
        "internal": [
            "Конструкторы ещё думают.", "Из внутреннего отчёта видно другое.", "Мой начальник отдела в отпуске.", "{insider} занят другим делом.",
            "Бухгалтерия тянет с ответом.", "Поставщик стекла нас подвёл.", "В служебной записке это описано.", "Кладовщица всё пересчитала.",
        ],
        "tone": [
            "Вы виноваты сами.", "Это полная чушь.", "Внимательнее читайте паспорт изделия.", "Мы устали Вам отвечать.", "Ваши угрозы нас не пугают.",
            "Перестаньте нас обвинять.", "Ваши претензии надуманны.", "Вы неверно подключили кабель.", "Глупо было так делать.", "Вы нас обманываете.",
        ],
        "placeholder": [
            "Договор от [дата].", "Контактное лицо: ____.", "Сумма: XXX.", "Уважаемая <имя отчество>!", "Номер ТТН: ???.", "Заказ {{ order }}.",
        ],
    },
    "en": {
        "admission": [
            "We confirm that the glass was broken by us.", "It was a mistake on our part.", "We apologise for the faulty lock.", "We accept the blame.",
            "Our packers forgot the screws.", "The pump has a manufacturing defect.",
        ],
        "promise": [
            "We will exchange the pump.", "We will refund half of the price.", "We will fix the lock free of charge.", "We promise to find the guilty.",
            "You will receive the missing panels.", "We can offer a discount.",
        ],
        "amount": ["You paid EUR {wrong} for it.", "The report costs ${wrong}.", "The shortage is worth {wrong} euros."],
        "date": ["Count on an answer on {late}.", "The claim was written on {past}.", "We will answer in two months.", "The check ends on {late}."],
        "stranger": ["For {stranger} we did it otherwise.", "It was so in case {number}.", "Write to {mail}.", "The invoice {order} is right."],
        "internal": ["Our design department is still thinking.", "The internal report says so.", "{insider} is busy.", "My manager is on leave."],
        "tone": ["It is your own fault.", "This is nonsense.", "Read the manual more carefully next time.", "Stop accusing us.", "You are lying to us.", "Your claim is absurd."],
        "placeholder": ["Contract of [date].", "Contact: ____.", "Amount: XXX.", "Dear <first name>,", "Order {{ order }}."],
    },
}  # fmt: skip
UNSEEN_GOOD: dict[str, list[str]] = {
    "ru": [
        "Мы на связи и следим за Вашим обращением.", "Заявку {own} видит специалист.", "Пожалуйста, измерьте глубину скола линейкой.",
        "Просим указать артикул с коробки.", "Вопрос о замене решается после осмотра.", "Ответ подготовим к {binding}.", "Спасибо, чек читается хорошо.",
        "Накладная {paper_own} у нас есть.", "Доставка состоялась {delivered}.", "Нам жаль, что комплект пришёл неполным с Ваших слов.",
        "Сумма {true} руб. указана в Вашем письме.", "Есть ли у Вас фотографии момента приёмки?", "Отключите, пожалуйста, прибор от сети.",
        "Не выбрасывайте, пожалуйста, заводскую плёнку.", "Понимаем, что ждать неприятно.", "Пришлите ответ до {ask}, если успеваете.",
        "Мы ознакомились с Вашим письмом от {received}.", "Можно ли позвонить Вам днём?", "Ваш телефон {phone} записан.", "Прибор с номером {serial} у нас зарегистрирован.",
        "Ремонт мы пока не обсуждаем: сначала осмотр.", "Опишите, как хранились коробки.", "Мы внимательно изучим заключение эксперта.",
        "Если вопрос срочный, позвоните.", "Извините за долгое молчание.", "Благодарим за фотографии паллеты.", "На каком этаже стоит оборудование?",
        "Заказ {order_own} отгружался двумя машинами?",
    ],
    "en": [
        "We are following your claim closely.", "Please measure the depth of the dent with a ruler.", "The question of a replacement is open until the inspection.",
        "Our answer will reach you by {binding}.", "The delivery note {order_own} is in our files.", "The delivery took place on {delivered}.",
        "The sum of {true} EUR is named in your letter.", "Please unplug the device.", "Please answer by {ask} if you can.", "We have read your letter of {received}.",
        "May we call you in the afternoon?", "Please tell us how the boxes were stored.", "We will study the expert's report with care.",
        "If it is urgent, please call us.", "Sorry for our long silence.", "On which floor does the machine stand?",
    ],
}  # fmt: skip
BANKS = ((BAD, GOOD), (LATER_BAD, LATER_GOOD), (HELD_BAD, HELD_GOOD), (UNSEEN_BAD, UNSEEN_GOOD))
OPENINGS = {
    "ru": ("Здравствуйте, Ольга Ивановна!", "Уважаемая Ольга Ивановна!", "Добрый день!", "Ольга Ивановна, добрый день!", "Здравствуйте!"),
    "en": ("Dear Olga Belova,", "Hello,", "Good morning,", "Dear Ms Belova,", "Hello Olga,"),
}
CLOSINGS = {
    "ru": ("С уважением,\nАнна Петрова\n+7 495 123-45-67", "С уважением,\nАнна Петрова, специалист по претензиям"),
    "en": ("Kind regards,\nAnna Petrova", "Best regards,\nAnna Petrova\n+7 495 123-45-67"),
}
STRANGERS = {"ru": ("Кузнецов", "ООО «СтройДвор»", "Лариса Голубева"), "en": ("John Miller", "Harbour Stores Ltd", "Larisa Golubeva")}
INSIDERS = {"ru": ("Сергей Титов", "Марина Волкова"), "en": ("Sergey Titov", "Marina Volkova")}


@dataclass(frozen=True, slots=True)
class Written:
    text: str
    language: str
    about: CaseFacts
    what: str  # of a bad one; "" of a good one
    sentence: str


def bad_letters(count: int, bank: int, seed: int = 6) -> list[Written]:
    """One bad sentence in each, every kind in turn."""
    rng, (bad, good) = random.Random(seed + bank), BANKS[bank]
    found = []
    for n in range(count):
        language = "en" if n % 3 == 2 else "ru"
        what = list(bad[language])[n % len(bad[language])]
        found.append(_letter(rng, language, what, rng.choice(bad[language][what]), good[language]))
    return found


def good_letters(count: int, bank: int, seed: int = 60) -> list[Written]:
    rng, (_bad, good) = random.Random(seed + bank), BANKS[bank]
    languages = ["en" if n % 3 == 2 else "ru" for n in range(count)]
    return [_letter(rng, language, "", "", good[language]) for language in languages]


def _letter(rng: random.Random, language: str, what: str, bad: str, good: list[str]) -> Written:
    written = date(2026, 11, 20) + timedelta(days=rng.randrange(60))
    dates = {
        "received": written - timedelta(days=1), "delivered": written - timedelta(days=9), "binding": written + timedelta(days=4),
        "ask": written + timedelta(days=7), "late": written + timedelta(days=rng.randrange(20, 90)), "past": written - timedelta(days=rng.randrange(30, 300)),
    }  # fmt: skip
    amount = rng.randrange(1_200, 900_000)
    wrong = amount + rng.randrange(1_000, 50_000)
    about = CaseFacts(
        number="2026-0451",
        written_on=written,
        binding_on=dates["binding"],
        dates=frozenset({dates["received"], dates["delivered"]}),
        amounts=(float(amount),),
        own_numbers=frozenset({"80233", "4512", "77120-X", "+7 495 123-45-67"}),
        own_names=("Ольга Ивановна Белова", "Olga Belova", "Анна Петрова", "Anna Petrova"),
        strangers=(*STRANGERS["ru"], *STRANGERS["en"]),
        stranger_numbers=frozenset({"2026-0399", "91877"}),
        insiders=(*INSIDERS["ru"], *INSIDERS["en"]),
    )
    facts = {name: _said(rng, day, language) for name, day in dates.items()} | {
        "own": "2026-0451", "order_own": "80233", "paper_own": "УПД 4512", "serial": "77120-X", "phone": "+7 495 123-45-67",
        "true": _sum(rng, amount), "wrong": _sum(rng, wrong), "stranger": rng.choice(STRANGERS[language]), "insider": rng.choice(INSIDERS[language]),
        "number": "2026-0399", "order": "91877", "mail": "k.kuznetsov@stroydvor.example",
    }  # fmt: skip
    body = rng.sample(good, 3 + rng.randrange(4))
    if bad:
        body.insert(rng.randrange(len(body) + 1), bad)
    lines = [_filled(sentence, facts) for sentence in body]
    cut = rng.randrange(1, len(lines) + 1)
    paragraphs = [" ".join(lines[:cut]), *([" ".join(lines[cut:])] if lines[cut:] else [])]
    text = "\n\n".join((rng.choice(OPENINGS[language]), *paragraphs, rng.choice(CLOSINGS[language])))
    return Written(text, language, about, what, _filled(bad, facts))


def _filled(sentence: str, facts: dict[str, str]) -> str:
    for name, value in facts.items():
        sentence = sentence.replace("{" + name + "}", value)
    return sentence.replace("г..", "г.")


def _said(rng: random.Random, day: date, language: str) -> str:
    if language == "en":
        return rng.choice((f"{day.day} {EN_MONTHS[day.month - 1]} {day.year}", f"{EN_MONTHS[day.month - 1]} {day.day}, {day.year}"))
    return rng.choice((f"{day.day} {RU_MONTHS[day.month - 1]} {day.year} г.", f"{day:%d.%m.%Y}", f"{day.day} {RU_MONTHS[day.month - 1]}"))


def _sum(rng: random.Random, amount: int) -> str:
    return rng.choice((f"{amount:,}".replace(",", " "), f"{amount:,}".replace(",", " "), str(amount)))
