"""What the clients ask for, and what each answer means for the ledger."""

import collections
import random

from clients import Order, Race, http
from ledger import Breach
from tenensd import SECRET_KEY

KILL_AFTER = (0.010, 0.120)  # seconds of load
KEPT_PENDING = 12  # tickets that the clients leave alone, so that some live through the crash


class Load:
    """What the clients ask for. Every decision comes from the seed."""

    def __init__(self, ledger, user, seed, tolerates_unavailable=False):
        self.ledger = ledger
        self.tolerates_unavailable = tolerates_unavailable
        self.user = user
        self.seed = seed
        self.pending = []  # tokens that can still be redeemed, as far as anybody knows
        self.spent = collections.deque(maxlen=200)
        self.creates = 0

    def start_cycle(self, cycle, clients):
        self.random = random.Random(f"{self.seed}/{cycle}")
        self.clients = clients
        self.queued = []
        self.refused = 0  # with 503
        return self.random.uniform(*KILL_AFTER)

    def next_order(self):
        if self.queued:
            return self.queued.pop()
        dice = self.random.random()
        if len(self.pending) < KEPT_PENDING or dice < 0.38:
            return self._create()
        if dice < 0.42 and self.spent:
            return self._on(self.random.choice(("redeem", "revoke")), self.random.choice(self.spent))
        if dice < 0.48 and self.spent:
            return self._on("end", self.random.choice(self.spent))
        token = self._take_pending()
        if dice < 0.60:
            return self._on("redeem", token)
        if dice < 0.85 and self.clients > 1:
            return self._race(token)
        return self._on("revoke" if dice < 0.95 else "end", token)

    def _take_pending(self):
        at = self.random.randrange(len(self.pending))
        self.pending[at], self.pending[-1] = self.pending[-1], self.pending[at]
        return self.pending.pop()

    def _race(self, token):
        race = Race(min(self.clients, self.random.choice((2, 3))))
        others = self.random.choices(("redeem", "revoke", "end"), (8, 1, 1), k=race.size - 1)
        self.queued = [self._on(kind, token, race) for kind in others]
        return self._on("redeem", token, race)

    def _create(self):
        self.creates += 1
        label = f"op-{self.creates}"
        return self.create(label, f"key-{label}" if self.random.random() < 0.3 else None)

    def create(self, label, key):
        body = {"user_id": self.user, "actor": {"sub": label}, "reason": "crash test"}
        headers = [f"Idempotency-Key: {key}"] if key else []
        request = http("POST", "/v1/actor_tokens", key=SECRET_KEY, body=body, headers=headers)
        return Order("create", request, (label, key))

    def _on(self, kind, token, race=None):
        if kind == "redeem":
            request = http("POST", "/v1/client/sign_ins", form=f"strategy=ticket&ticket={token.ticket}")
        else:
            request = http("POST", f"/v1/actor_tokens/{token.id}/{kind}", key=SECRET_KEY)
        return Order(kind, request, token, race)

    # ── what came of it ──────────────────────────────────────────────────────────────────────────

    def finished(self, order):
        if order.status is None:
            self._unanswered(order)
        elif order.status == 503 and self.tolerates_unavailable:
            self._unavailable(order)
        elif order.kind == "create":
            expect(order, 200)
            self.pending.append(self.ledger.created(order.about[0], order.body()))
        else:
            self._answered(order)
            self.spent.append(order.about)

    def _unanswered(self, order):
        if not order.sent:
            return
        if order.kind == "create":
            self.ledger.create_unknown(*order.about)
        else:
            self.ledger.token_unknown(order.kind, order.about)

    def _unavailable(self, order):
        """Either nobody knows whether it happened, or nothing happened, which then has to be true."""
        self.refused += 1
        code = order.body()["errors"][0]["code"]
        if code == "outcome_unknown":
            self._unanswered(order)
        elif code != "service_unavailable":
            raise Breach("answer", f"{order.kind} {order.about}: 503 {code}")
        elif order.kind != "create":
            self.ledger.touched.add(order.about.id)  # to be found pending again

    def _answered(self, order):
        token, body = order.about, order.body()
        if order.kind == "redeem" and order.status == 200:
            self.ledger.redeemed(token, body["response"]["created_session_id"])
        elif order.kind == "redeem":
            expect(order, 400)
            self.ledger.redeem_refused(token, body["errors"][0]["code"])
        elif order.kind == "end":
            expect(order, 200)
            self.ledger.token_ended(token)
        elif order.status == 200:
            self.ledger.token_revoked(token)
        else:
            expect(order, 400, "actor_token_cannot_be_revoked_code")
            self.ledger.revoke_refused(token)


def expect(order, status, code=None):
    if order.status == status and (code is None or order.body()["errors"][0]["code"] == code):
        return
    raise Breach("answer", f"{order.kind} {order.about}: {order.status} {order.text[:300]}")
