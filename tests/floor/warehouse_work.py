"""What goes on beside picking and packing: goods come, are carried, counted, made into kits, given out at the desk."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from floor.services import carry, kit, receive
from floor.services import count as counting
from floor.types import Outcome
from orders.models import Order
from orders.services import pickup
from orders.types import State
from stock.models import Location
from stock.services import ledger, stocktake
from stock.types import LocationKind
from tests.floor.promises import Promises

PEOPLE = (0, 1)
CODES = ("mug", "fork", "shoe")
items = st.sampled_from([f"INT-{code}" for code in CODES])
people = st.sampled_from(PEOPLE)
some = st.integers(0, 5)
places = st.sampled_from(["A-01-01", "B-01-01", "DOCK", "QUARANTINE"])


class WarehouseWork(Promises):
    @rule(code=st.one_of(items, st.just("BO-UNDO")), person=people, pieces=st.sampled_from([None, 3]))
    def goods_arrive(self, code, person, pieces):
        self.send(
            person,
            code,
            lambda scan: receive.scan(warehouse_id=self.trade.warehouse.pk, receipt=None, scan=scan, now=self.now),
            pieces=pieces,
        )

    @rule(code=items, person=people, origin=places, goal=places, pieces=st.sampled_from([None, 2, 9]))
    def somebody_carries(self, code, person, origin, goal, pieces):
        """The second person is the lead, who may let goods out of quarantine."""
        ends = {"DOCK": LocationKind.DOCK, "QUARANTINE": LocationKind.QUARANTINE}
        place = (
            ledger.end_of_ledger(warehouse_id=self.trade.warehouse.pk, kind=ends[origin])
            if origin in ends
            else Location.objects.get(warehouse=self.trade.warehouse, code=origin)
        )
        answer = self.send(
            person,
            goal,
            lambda scan: carry.scan(
                warehouse_id=self.trade.warehouse.pk,
                scan=scan,
                source_id=place.pk,
                release_for=frozenset([self.trade.merchant.pk][:person]),
                now=self.now,
            ),
            sku_id=self.trade.skus[code.removeprefix("INT-")].pk,
            pieces=pieces,
        )
        if origin == "QUARANTINE" and person == 0:
            assert answer is None or answer.outcome != Outcome.ACCEPTED

    @rule(code=st.sampled_from(["INT-pair", "INT-pair", "BO-UNDO"]), person=people, apart=st.booleans())
    def somebody_makes_kits(self, code, person, apart):
        self.send(
            person,
            code,
            lambda scan: kit.scan(
                warehouse_id=self.trade.warehouse.pk,
                scan=scan,
                place_id=self.trade.cell.pk,
                apart=apart,
                now=self.now,
            ),
        )

    @rule(
        codes=st.lists(st.one_of(items, st.sampled_from(["A-01-01", "B-01-01", "*3", "BO-DONE"])), max_size=5),
        person=people,
        posts=st.booleans(),
    )
    def somebody_counts(self, codes, person, posts):
        for code in codes:
            self.send(person, code, lambda scan: counting.scan(count=self.count, scan=scan, now=self.now))
        if posts:
            on_tables = self.on_tables()
            stocktake.post(count_id=self.count.pk, now=self.now, person_id=self.people[person].pk, note="recount")
            assert self.on_tables() == on_tables

    @rule(which=some)
    def parcel_waits_for_its_buyer(self, which):
        order = self.an_order(which)
        waits = pickup.arrive(
            merchant_id=self.trade.merchant.pk,
            order_ids=[order.pk],
            keep_until=self.now + timedelta(minutes=5),
            now=self.now,
            person_id=self.people[0].pk,
        )
        assert list(waits) == ([order.pk] if (order.scheme, order.state) == ("pickup", State.PACKED) else [])

    @rule(which=some, knows=st.booleans(), shows=st.booleans())
    def buyer_comes(self, which, knows, shows):
        order = self.an_order(which)
        self.unless_refused(
            lambda: pickup.issue(
                merchant_id=self.trade.merchant.pk,
                order_id=order.pk,
                code=order.pickup_code if knows else "0000",
                identity_checked=shows,
                now=self.now,
                person_id=self.people[0].pk,
            )
        )
        before, here = order.state, order.handed_over_at is None
        order.refresh_from_db()
        if order.state == State.DELIVERED and before != State.DELIVERED:
            assert (before, here, knows, shows) == (State.READY_FOR_PICKUP, True, True, True)
            self.left.add(order.pk)

    @rule(which=some, late=st.booleans())
    def buyer_does_not_want_it(self, which, late):
        merchant_id = self.trade.merchant.pk
        if late:
            pickup.put_back_uncollected(merchant_id=merchant_id, now=self.now)
            return
        order = self.an_order(which)
        self.unless_refused(
            lambda: pickup.refuse(
                merchant_id=merchant_id, order_id=order.pk, text="", now=self.now, person_id=self.people[0].pk
            )
        )

    def an_order(self, which):
        orders = list(Order.objects.order_by("pk"))
        return orders[which % len(orders)]
