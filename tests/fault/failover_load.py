"""What the clients of failover.py ask for: some of it is answered with 503, and asked for again."""

import collections
import threading
import time

from clients import Order, http
from ledger import Breach
from load import Load, expect

LOAD_BEFORE = (0.3, 0.8)  # seconds, of load before the blow


class Redemption(Order):
    __slots__ = ("nonce",)


class FailoverLoad(Load):
    """Some of what it asks for is answered with 503."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.nonces = {}  # token id -> nonce of the redemption that is to be asked for again
        self.unknown = collections.Counter()  # answers `outcome_unknown`, by token id or label
        self.unavailable = 0
        self.asked_again = collections.Counter()
        self.writes = collections.Counter()  # acknowledged creates by port, since somebody cleared it
        self.over = threading.Event()

    def start_cycle(self, cycle, clients):
        super().start_cycle(cycle, clients)
        self.over.clear()
        return self.random.uniform(*LOAD_BEFORE)

    def next_order(self):
        if self.over.is_set() and not self.queued:
            return None
        return super().next_order()

    def _on(self, kind, token, race=None):
        if kind != "redeem" or self.random.random() < 0.5:
            return super()._on(kind, token, race)
        nonce = f"{self.random.getrandbits(160):040x}"
        return self.redeem(token, nonce, race)

    @staticmethod
    def redeem(token, nonce, race=None, kind="redeem"):
        form = f"strategy=ticket&ticket={token.ticket}&redeem_nonce={nonce}"
        order = Redemption(kind, http("POST", "/v1/client/sign_ins", form=form), token, race)
        order.nonce = nonce
        return order

    def finished(self, order):
        if order.status != 503:
            self._must_be_known(order)
            if order.kind == "create" and order.status == 200:
                self.writes[order.port] += 1
            super().finished(order)
            return
        code = order.body()["errors"][0]["code"]
        if code == "outcome_unknown":
            self._unanswered(order)
            self.unknown[order.about[0] if order.kind == "create" else order.about.id] += 1
            if isinstance(order, Redemption):
                self.nonces[order.about.id] = order.nonce
        elif code == "service_unavailable":
            self.unavailable += 1
            if order.kind != "create" and not order.about.spent() and not order.about.doubts:
                self.pending.append(order.about)
            time.sleep(0.005)  # a client that waits before it repeats itself
        else:
            expect(order, 200)

    @staticmethod
    def _must_be_known(order):
        """Its create was acknowledged before anybody could ask for more."""
        unknown = {"redeem": (400, "ticket_invalid_code"), "revoke": (404, "resource_not_found"),
                   "end": (404, "resource_not_found")}.get(order.kind)
        if unknown and order.status == unknown[0] and order.body()["errors"][0]["code"] == unknown[1]:
            raise Breach("lost", f"{order.about.id} was created, and {order.kind} says that it does not exist")

    def heard_again(self, order):
        """Who asks again gets the session, whichever of his requests opened it, or the usual refusal."""
        if order.status == 503:
            return False
        self.asked_again[order.status] += 1
        token = order.about
        if order.status != 200:
            expect(order, 400)
            self.ledger.redeem_refused(token, order.body()["errors"][0]["code"])
            return True
        session = order.body()["response"]["created_session_id"]
        if token.session not in (None, session):
            raise Breach("double", f"{token.id} redeemed into {token.session}, and asked again into {session}")
        if token.session is None:
            self.ledger.redeemed(token, session)
        return True
