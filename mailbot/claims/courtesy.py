"""A letter that thanks and waits, and says nothing else. Pure; in doubt it says something."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d_]+")
_MOST = 300  # letters; who writes more says something
_SAYS_IT = frozenset(
    word
    for line in (
        "спасибо благодарю благодарим ждем жду ожидаем ожидаю ждать ожидать ожидании",
        "thanks thank wait waiting await awaiting forward",
    )
    for word in line.split()
)
# «хорошо», «да» and «ок» are none of these: they may be the answer to what was asked
_BESIDES = frozenset(
    word
    for line in (
        "здравствуйте добрый доброе доброго день дня утро утра вечер вечера уважением хорошего всего наилучшего наилучшими пожеланиями",
        "и а за с в от из к на мы я вы вас вам вами ваш ваша ваше вашего вашей вашу вашим очень большое огромное еще раз заранее пока",
        "будем буду тогда письмо письма ответ ответа ответе ответом оперативность оперативный быстрый быструю реакцию",
        "информацию информации сообщение новости новостей вестей известий решение решения результат результата внимание помощь уведомление",
        "hello hi dear good morning afternoon evening day kind best warm regards wishes sincerely yours",
        "you your so very much many a lot for the in advance again and of to we i are am will be is from hearing hear look looking",
        "reply answer response news letter email message update information help quick prompt decision result",
    )
    for word in line.split()
)


def only_thanks(text: str, names: Iterable[str] = ()) -> bool:
    """«Спасибо, ждём»: thanks and waiting alone. `names`: of who may be greeted, or signs. A question or a number says something."""
    words = [word.casefold().replace("ё", "е") for word in _WORD.findall(text)]
    if not words or len(text) > _MOST or "?" in text or any(letter.isdigit() for letter in text):
        return False
    known = {word.casefold().replace("ё", "е") for name in names for word in _WORD.findall(name)}
    return not _SAYS_IT.isdisjoint(words) and all(word in _SAYS_IT or word in _BESIDES or word in known for word in words)
