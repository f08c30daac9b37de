"""Somebody hurt and threats of law are told in everyday words, and look-alikes of them raise no alarm."""

from __future__ import annotations

import pytest

from tests.reading import facts

HURT = (
    "Включил чайник в розетку, и меня током дёрнуло так, что рука онемела.",
    "Шуруповёрт в первый же день начал дымиться и вырубился.",
    "Обогреватель дымился, еле успели выключить.",
    "Ребёнок порезался о край вашей игрушки, кромка как бритва.",
    "Стиральная машина бьётся током, подойти боимся.",
    "Вилка заискрила, а потом из розетки повалил чёрный дым.",
    "Дочка поранила палец о заусенец на ручке коляски.",
    "Стремянка подломилась, муж упал и ушиб спину.",
    "Аккумулятор вздулся и рванул прямо на зарядке.",
    "После вашего творога вся семья слегла с животами, сын до сих пор под капельницей.",
    "От крема лицо опухло и покрылось пятнами, ездила к дерматологу.",
    "Пила заклинила, щиток разнесло, напарнику рассекло бровь.",
    "У ребёнка в горле застряла деталь, еле вытащили.",
    "На корпусе напряжение, током щиплет.",
    "Из газового шланга шипит, дома стоит вонь газа.",
    "Полка сорвалась со стены и пришибла кота, чудом не внука.",
    "Бабушке стало дурно от запаха новой мебели, вызывали врача.",
    "Грузчика зажало рохлей, ваша тележка сама покатилась.",
    "Стакан лопнул в руках, пришлось зашивать ладонь.",
    "Утюг полыхнул, штора занялась огнём, тушили сами.",
    "Фен загорелся прямо у виска, подпалил волосы.",
    "The kettle gave me a jolt when I touched the handle.",
    "I got a zap off the tap of the water heater.",
    "My daughter sliced her finger on the edge of the lid.",
    "The charger went up in smoke while we were asleep.",
    "Our fitter ended up in A&E after the ladder buckled under him.",
    "The battery swelled up and went bang on the kitchen table.",
    "My son nearly swallowed a button that came loose from the bear.",
    "The hob glass burst and a splinter went into my arm.",
    "We were all up all night with stomach cramps after eating your pate.",
    "The cream brought my face out in hives and my eyes swelled shut.",
    "The casing is live, you can feel it tingle.",
    "The heater set the curtain alight.",
    "The chair snapped and my mother hit her head on the floor.",
    "Дрель долбанула током, когда сверлил стену.",
    "Малыш прищемил пальчик дверцей комода и ревел весь вечер.",
    "Тёща распорола ладонь о край мойки.",
    "После колбасы всех вывернуло.",
    "Веки отекли, кожа чешется, это от вашей туши.",
    "Баллон бахнул в гараже.",
    "Мойка высокого давления кусает электричеством.",
    "Слесарю прилетело в глаз окалиной.",
    "Лестница сложилась, отец лежит с переломом.",
    "Мама поскользнулась на вашем коврике и сломала бедро.",
    "Котёл чадит, у всех голова кружится.",
    "The drill zapped me through the handle.",
    "He gashed his palm on the bracket.",
    "My wife was violently ill after the mussels.",
    "The scooter battery caught fire in the hall.",
    "Toddler got her thumb trapped in the hinge.",
    "I nearly lost an eye when the spring let go.",
    "The fumes made my head spin and I collapsed.",
    "The shelf came down on our apprentice.",
)
LAW = (
    "Если до 20 ноября шкафов не будет, с иском идём в мировой суд, юрист уже смотрит договор.",
    "If it is not delivered by Friday, I will go to court.",
    "Юристы уже готовят бумаги, ждите повестку.",
    "Не вернёте деньги по-хорошему — встретимся у мирового судьи.",
    "Буду жаловаться в РПН и в прокуратуру.",
    "Завтра отношу заявление в Роспотребнадзор.",
    "Считайте это письмо претензией в порядке досудебного урегулирования.",
    "Передаём материалы нашему адвокату.",
    "Оспорю платёж через банк, сделаю чарджбэк.",
    "Будем взыскивать долг принудительно, с пенями и госпошлиной.",
    "Напишу на вас в ОЗПП, там быстро разберутся.",
    "Дойдём до арбитража, если не ответите за десять дней.",
    "Засужу вас, так и знайте.",
    "Засудим и неустойку стребуем.",
    "Обратимся в защиту прав потребителей и в полицию.",
    "Накатаю жалобу в надзор, пусть приезжают с проверкой.",
    "Дело уйдёт в юрдепартамент, оттуда с вами говорить будут иначе.",
    "Разговаривать будете с моим представителем по доверенности, он юрист.",
    "В противном случае оставляем за собой право на обращение в судебные органы.",
    "Придётся решать вопрос в правовом поле, исковое уже составлено.",
    "Our counsel will be in touch next week.",
    "If this is not settled I will dispute the charge with my card issuer.",
    "I shall be speaking to my barrister.",
    "You will be hearing from my lawyers.",
    "I'll see you in court.",
    "I am taking this to Trading Standards.",
    "I will file a complaint with the FTC and the BBB.",
    "We will pass the file to our legal people.",
    "I will raise a section 75 claim with the bank.",
    "Next step is the small claims track, fee already paid.",
    "This is our letter of claim; we will issue without further notice.",
    "I have already contacted the Verbraucherzentrale.",
    "We shall have no choice but to enforce our rights through a tribunal.",
    "My bank will reverse the payment, the chargeback form is filled in.",
    "Готовьтесь к суду.",
    "Мой адвокат свяжется с вами.",
    "Завтра иду к прокурору.",
    "Вопрос решим через приставов.",
    "Банк оспорит платёж по моему заявлению.",
    "Уже консультируюсь с юристом, он советует идти до конца.",
    "Пишу в Роспотребнадзор и на горячую линию министерства.",
    "Взыщем с вас всё в арбитраже.",
    "I am consulting a solicitor.",
    "I have opened a dispute with PayPal.",
    "Expect a summons.",
    "We will involve our attorneys.",
    "I'll go to the ombudsman.",
    "See you before the judge.",
    "We will seek damages through the courts.",
)
CALM = (
    "Обычное судно с вашим контейнером пришло во Владивосток, всё хорошо.",
    "Давайте решим без суда и ссор, не хватает двух коробок.",
    "Звонил на горячую линию, никто не взял трубку, не хватает одного винта.",
    "Цена шокирует, но качество нормальное, только цвет не тот.",
    "Чайник греет медленно, обещали 3 минуты, выходит 7.",
    "На корпусе царапина, углы коробки смяты.",
    "Ребёнку малы ботинки, на этикетке 32, а по стельке 30.",
    "Дети в восторге, но у машинки отвалилось колесо.",
    "Индикатор загорелся красным и не гаснет.",
    "Газовая плита приехала с вмятиной на боку.",
    "Огнетушителей по накладной 20, получили 18.",
    "Судя по накладной, должно быть 40 мешков.",
    "Посуда пришла битая: две тарелки из шести.",
    "Наш юридический адрес изменился, пришлите новые документы.",
    "Нож тупой, хлеб не режет.",
    "Дымоход короче заказанного на 20 см.",
    "Пожарный щит пришёл без багра.",
    "Стекло треснуло при перевозке, просим заменить.",
    "В коробке с травами не хватает ромашки.",
    "Скорая доставка порадовала, но двух пачек нет.",
    "Лампа перегорела через неделю.",
    "Порезаны мешки, часть муки высыпалась.",
    "Тормозные колодки не подходят, прислали другие.",
    "Роутер бьёт рекорды по тормозам, постоянно виснет.",
    "Судовой двигатель, заводской номер 4512, не держит обороты.",
    "The fire sale price was not applied to my order.",
    "The price was a shock, but fine; one pack is missing.",
    "Shock absorbers arrived with the box crushed.",
    "Please send the court shoes in size 5, you sent size 6.",
    "The tennis court net is two metres short.",
    "The screen has a burnt orange tint, not the red I ordered.",
    "The smoke detector we ordered is missing from the parcel.",
    "Two of the fire extinguishers are dented.",
    "The live plant arrived wilted.",
    "I bought this for my son, he loves it but the wheel came unstuck.",
    "The first aid kit is missing its bandages.",
    "Smoking pipe arrived scratched.",
    "The sparkling water was flat.",
    "The bank card reader stopped working after two months.",
    "The counsel book set is short of volume 2.",
    "Палец болта короче, чем в заказе.",
    "Рука манекена отбита при доставке.",
    "Ручки у чемодана стёрлись, нога стула сломана.",
    "Прилавок повредили, угол отбит.",
    "Газовые баллоны пустые, два из десяти.",
    "Платье колется и чешется.",
    "Краска облезла с двери, лицо двери в пятнах.",
    "Экокожа на диване облезла.",
    "Наш директор попросил разобраться, ждём ответа.",
    "Игла швейной машины гнётся, шов рвётся.",
    "Свет в холодильнике не горит.",
    "Пришло 12 рулонов вместо 15.",
    "На повестке дня у нас приёмка, не хватает одного поддона.",
    "The table leg was split.",
    "The hand mixer stopped working.",
    "The doll's arm was torn off.",
    "The frame is bent.",
    "The glass eye of the teddy is scratched.",
    "The face of the clock is cracked.",
    "Hand cream leaked in the box.",
    "The arm of the sofa was ripped.",
    "The foot of the bed is cut too short.",
    "The price hit me, but quality is fine.",
)


@pytest.mark.parametrize("text", HURT)
def test_somebody_was_or_may_be_hurt(text: str) -> None:
    found = facts(text)
    assert (found.safety, found.urgency) == (True, "critical")


@pytest.mark.parametrize("text", LAW)
def test_threat_of_law(text: str) -> None:
    found = facts(text)
    assert (found.legal_threat, found.urgency in ("high", "critical")) == (True, True)


@pytest.mark.parametrize("text", CALM)
def test_look_alikes_raise_no_alarm(text: str) -> None:
    found = facts(text)
    assert (found.safety, found.legal_threat) == (False, False)


@pytest.mark.parametrize(
    ("subject", "danger"),
    [
        ("Sander caught fire - URGENT", True),
        ("Re: Sander caught fire - URGENT", True),  # somebody else's letter was answered: we have not read it yet
        ("Re: Sander caught fire - URGENT [#2026-0005]", False),
        ("RE: Re: Sander caught fire - URGENT [#2026-0005]", False),
        ("Sander caught fire again [#2026-0005]", True),  # she wrote this one herself
    ],
)
def test_the_subject_of_our_own_letter_raises_no_second_alarm(subject: str, danger: bool) -> None:
    told = facts("Thanks. My number is +44 113 496 0000. When will someone call?", subject)
    assert (told.safety, told.urgency == "critical") == (danger, danger)


def test_what_an_answer_tells_itself_alarms_whatever_its_subject() -> None:
    assert facts("The second one caught fire, too.", "Re: Broken sander [#2026-0005]").safety
    assert not facts("Когда ждать ответа?", "Re: Подаю в суд и в Роспотребнадзор [#2026-0004]").legal_threat
    assert facts("Подаю в суд.", "Re: Сломанный комод [#2026-0004]").legal_threat
