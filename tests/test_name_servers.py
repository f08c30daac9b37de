"""A key is asked for at a real name server: what it says counts, and where it cannot tell, a command is kept, not refused."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Iterator

import pytest

from mailbot.jobs.own_proof import OwnProof
from mailbot.jobs.policy_of import Ground
from mailbot.jobs.proving import AGAIN_AFTER
from mailbot.mail_in.dkim_check import Resolver, dns_resolver
from mailbot.store.database import Database
from tests.desk_values import HOUR, NOW, file_claims, letters
from tests.rsa_keys import RsaKey, make_key
from tests.test_command_book import ANNA, digests, outcomes, state_of
from tests.test_own_proof import a_command
from tests.test_proving import COMES, House, a_house, rows

pytest.importorskip("dkim", reason="NOT TESTED: the extra mailbot[dkim] is not installed")
dns_message = pytest.importorskip("dns.message", reason="NOT TESTED: the extra mailbot[dkim] is not installed")
import dns.rcode  # noqa: E402
import dns.resolver  # noqa: E402
import dns.rrset  # noqa: E402

NAME = "s1._domainkey.firma.example."


class NameServer:
    """Answers on loopback over UDP as it is told; counts who asked."""

    def __init__(self) -> None:
        self.rcode, self.asked = dns.rcode.NXDOMAIN, 0
        self.records: tuple[str, ...] = ()  # of the answer, as a zone file has them
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def says(self, rcode: dns.rcode.Rcode, *records: str) -> None:
        self.rcode, self.records = rcode, records

    def _serve(self) -> None:
        while True:
            data, who = self._socket.recvfrom(4096)
            if not data:
                return
            self.asked += 1
            answer = dns_message.make_response(dns_message.from_wire(data))
            answer.set_rcode(self.rcode)
            for record in self.records:
                owner, kind, text = record.split(" ", 2)
                answer.answer.append(dns.rrset.from_text(owner, 60, "IN", kind, text))
            self._socket.sendto(answer.to_wire(), who)

    def end(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """The system's one and only name server."""
    found = NameServer()
    system = dns.resolver.Resolver(configure=False)
    system.nameservers, system.port = ["127.0.0.1"], found.port
    monkeypatch.setattr(dns.resolver, "default_resolver", system)
    yield found
    found.end()


@pytest.fixture
def ask(server: NameServer) -> Resolver:
    return dns_resolver(5)


def test_a_key_is_found(server: NameServer, ask: Resolver) -> None:
    server.says(dns.rcode.NOERROR, f'{NAME} TXT "v=DKIM1; k=rsa; p=" "AAAA" "BBBB"')  # a long key stands in several strings
    assert ask(NAME) == b"v=DKIM1; k=rsa; p=AAAABBBB"


def test_a_key_that_stands_at_another_name_is_found(server: NameServer, ask: Resolver) -> None:
    """Mail providers have their customers point to a key of theirs."""
    server.says(dns.rcode.NOERROR, f"{NAME} CNAME s1.provider.example.", 's1.provider.example. TXT "v=DKIM1; p=CCCC"')
    assert ask(NAME) == b"v=DKIM1; p=CCCC"


@pytest.mark.parametrize(
    ("rcode", "records"),
    [(dns.rcode.NXDOMAIN, ()), (dns.rcode.NOERROR, ()), (dns.rcode.NOERROR, (f"{NAME} CNAME s1.provider.example.",))],
)
def test_there_is_no_key(server: NameServer, ask: Resolver, rcode: dns.rcode.Rcode, records: tuple[str, ...]) -> None:
    server.says(rcode, *records)
    assert ask(NAME) is None
    assert server.asked > 0


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_nobody_can_tell(server: NameServer, ask: Resolver, rcode: dns.rcode.Rcode) -> None:
    server.says(rcode)
    with pytest.raises(OSError, match="does not answer"):
        ask(NAME)
    assert server.asked > 0


HOPELESS = ["x" * 64, "a..b", "k\ufffd", "x." * 130]  # a label too long, an empty one, no ASCII, a name too long


@pytest.mark.parametrize("selector", HOPELESS)
def test_a_name_that_cannot_exist_is_no_fault_of_the_server(server: NameServer, ask: Resolver, selector: str) -> None:
    assert ask(f"{selector}._domainkey.firma.example.") is None
    assert server.asked == 0


# and what becomes of a command


@pytest.fixture(scope="module")
def key() -> RsaKey:
    return make_key(1_024, seed=11)


@pytest.fixture(scope="module")
def ground() -> Ground:
    return a_house()


@pytest.fixture
def db(sqlite_db: Database) -> Database:
    return sqlite_db


@pytest.fixture
def number(db: Database, ground: Ground) -> str:
    (number,) = file_claims(db, ground, 1, NOW - HOUR)
    digests(db, ground)
    return number


@pytest.fixture
def house(db: Database, ground: Ground, key: RsaKey, ask: Resolver) -> House:
    """It asks the system's name server."""
    found = House(db, ground, key)
    own = found.filer.desk.own_proof
    assert isinstance(own, OwnProof)
    object.__setattr__(own, "resolver", ask)
    return found


def published(key: RsaKey) -> str:
    text = key.record.decode()
    return f'{NAME} TXT "{text[:200]}" "{text[200:]}"'


@pytest.mark.parametrize("rcode", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_a_command_is_kept_until_somebody_can_tell(
    db: Database, number: str, house: House, server: NameServer, key: RsaKey, rcode: dns.rcode.Rcode
) -> None:
    server.says(rcode)
    command = house.come(f"!взять {number}")
    house.files(COMES)
    assert [(row.state, row.put_off_until) for row in rows(db, command)] == [("new", COMES + AGAIN_AFTER)]
    assert (state_of(db, number)[0], outcomes(db)) == ("registered", [])
    server.says(dns.rcode.NOERROR, published(key))
    house.files(COMES + AGAIN_AFTER)
    assert (state_of(db, number), outcomes(db)) == (("review", "anna"), [("done", "")])


@pytest.mark.parametrize("rcode", [dns.rcode.NXDOMAIN, dns.rcode.NOERROR])
def test_a_command_without_a_published_key_is_refused_at_once(
    db: Database, number: str, house: House, server: NameServer, rcode: dns.rcode.Rcode
) -> None:
    server.says(rcode)
    command = house.come(f"!взять {number}")
    house.files(COMES)
    assert [row.state for row in rows(db, command)] == ["filed"]
    assert (state_of(db, number)[0], outcomes(db)) == ("registered", [("refused", "unproven")])


@pytest.mark.parametrize("selector", [b"x" * 64, b"a..b", b"k\xff"])
def test_a_hopeless_selector_is_refused_at_once(db: Database, number: str, house: House, server: NameServer, key: RsaKey, selector: bytes) -> None:
    """Who forges writes what he likes into the signature: it holds nothing up for four hours."""
    digest = next(row for row in letters(db, "digest") if row.recipient == ANNA)
    raw = re.sub(rb"s=s1;", b"s=" + selector + b";", a_command(key, digest.message_id, text=f"!взять {number}"), count=1)
    command = house.come("", raw=raw)
    house.files(COMES)
    assert [row.state for row in rows(db, command)] == ["filed"]
    assert (outcomes(db), server.asked) == ([("refused", "unproven")], 0)
