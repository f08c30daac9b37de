"""Names in Latin letters, as in a Russian passport."""

from __future__ import annotations

import pytest

from mailbot.claims.latin import latin


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Анна Петрова", "Anna Petrova"),
        ("Юлия Щукина-Подъячева", "Iuliia Shchukina-Podieiacheva"),
        ("Сергей Ёжиков", "Sergei Ezhikov"),
        ("Наталья Цой", "Natalia Tsoi"),
        ("ООО «Мебель-Сервер»", "LLC “Mebel-Server”"),
        ("ЖК Север", "ZHK Sever"),
        ("Аптека № 7", "Apteka No. 7"),
        ("Олена Їжак", "Olena Izhak"),
        ("John Baker", "John Baker"),
        ("Jörg Müller «X»", "Jörg Müller «X»"),
        ("", ""),
    ],
)
def test_latin(name: str, said: str) -> None:
    assert latin(name) == said
    assert latin(said) == said, "what is Latin stays"
