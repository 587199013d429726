"""
`python3 run.py torture [--seconds N] [--seed S]`: a working day in a storm.

The whole stack runs with the sandbox trading fast.  Scripted people release waves, pick, pack and close handovers over
HTTP while processes are killed by −9 and both marketplaces fail in every way they can, at moments that the seed
decides.  Then the storm ends, everything comes to rest, and every order, parcel, handover, stock level and ledger
entry of ours is compared with the sandbox's.  A violation is one sentence; with any, the exit code is 1.
"""

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from bench import agreement
from bench.live_stack import LOGIN, PASSWORD, NotInTime, Stack, running, until
from bench.mischief import Death, Mischief
from bench.warehouse import GivenUp, Lead, Packer, Person, accepted

# The sandbox's hours pass in minutes: a sticker takes three seconds, a buyer changes his mind within half a minute.
SPEED = 20.0
ORDERS_PER_MINUTE = 1.2
REST_DEADLINE_S = 480.0
READ_BACK_S = 10.0
WAVE = 25


def main(arguments: list[str]) -> int:
    wanted = argparse.ArgumentParser(prog="run.py torture", description=__doc__.split("\n\n")[0])
    wanted.add_argument("--seconds", type=float, default=120, help="how long the storm lasts (120)")
    wanted.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="repeats its moments")
    wanted.add_argument("--keep", action="store_true", help="keep the state and the log of the stack")
    options = wanted.parse_args(arguments)
    print(f"torture        | seed {options.seed}, {options.seconds:.0f} s", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="bo-torture-"))
    try:
        found = torture(folder / "state", seconds=options.seconds, seed=options.seed)
    except (NotInTime, GivenUp) as trouble:
        found = [str(trouble)]
    for violation in found:
        print(f"VIOLATION      | {violation}", flush=True)
    print(f"torture        | seed {options.seed}: " + (f"{len(found)} violations" if found else "everything agrees"))
    if found or options.keep:
        print(f"torture        | state and log are kept in {folder}", flush=True)
    else:
        shutil.rmtree(folder, ignore_errors=True)
    return 1 if found else 0


def torture(folder: Path, *, seconds: float, seed: int) -> list[str]:
    """This function will live through one storm; gives what does not agree afterwards."""
    draw = random.Random(seed)
    environment = {
        "SANDBOX_SPEED": str(SPEED),
        "SANDBOX_SEED": str(seed),
        "SANDBOX_ORDERS_PER_MINUTE": str(ORDERS_PER_MINUTE),
        "SANDBOX_PAST_DAYS": "0",
    }
    with running(folder, **environment) as stack:
        stack.speak_to_database()
        merchant_id = begin(stack)
        lead, packers = people(stack, merchant_id, draw)
        mischief = Mischief(stack, random.Random(draw.random()), works_again=watcher(stack, merchant_id))
        storm = threading.Thread(target=mischief.run, name="mischief")
        over = time.monotonic() + seconds
        storm.start()
        work(lead, packers, until_over=lambda: time.monotonic() > over)
        mischief.stopping.set()
        storm.join()
        mischief.wait_for_the_last()
        moving = rest(stack, merchant_id, lead, packers)
        everybody: list[Person] = [lead, *packers]
        found = [f"does not come to rest: {moving}"] if moving else []
        found += mischief.violations() + agreement.violations(stack, merchant_id, everybody)
        summary(stack, mischief, lead, packers)
        return found


def begin(stack: Stack) -> int:
    """This function will wait for the first orders; gives the demonstration's merchant."""
    from marketplaces.models import Credential
    from merchants.models import Merchant
    from merchants.scope import scope
    from orders.models import Order

    merchant_id = Merchant.objects.get().pk
    stack.tell_sandbox("/tempo", buyer_cancels=0.15)

    def arrived() -> bool:
        with scope([merchant_id]):
            return 0 < Credential.objects.count() == Order.objects.values("channel").distinct().count()

    until(arrived, seconds=120, what="orders of every marketplace have arrived")
    return merchant_id


def people(stack: Stack, merchant_id: int, draw: random.Random) -> tuple[Lead, list[Packer]]:
    """The owner leads; two packers are hired for the day."""
    from merchants.models import Membership
    from merchants.models import Person as Login
    from merchants.roles import Role

    names = ["packer1", "packer2"]
    for name in names:
        hired = Login.objects.create_user(name, PASSWORD, full_name=name)
        Membership.objects.create(person=hired, merchant_id=merchant_id, role=Role.PICKER)
    lead = Lead(stack.url, LOGIN, merchant_id, random.Random(draw.random()))
    return lead, [Packer(stack.url, name, merchant_id, random.Random(draw.random())) for name in names]


def work(lead: Lead, packers: list[Packer], *, until_over: Callable[[], bool]) -> None:
    """Everybody works until it is over; what stops one of them stops the run."""
    troubles: list[BaseException] = []

    def shift(turn: Callable[[], object]) -> None:
        from django.db import connection

        try:
            while not until_over() and not troubles:
                turn()
                time.sleep(0.5)
        except BaseException as trouble:  # noqa: BLE001  told by the main thread
            troubles.append(trouble)
        finally:
            connection.close()

    turns = [lambda: leading(lead), *((lambda packer=packer: packer.work(most=WAVE)) for packer in packers)]
    threads = [threading.Thread(target=shift, args=[turn]) for turn in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if troubles:
        raise troubles[0]


def leading(lead: Lead) -> None:
    lead.release(most=WAVE)
    lead.put_back()
    if lead.draw.random() < 0.2:
        lead.close_handovers()


def rest(stack: Stack, merchant_id: int, lead: Lead, packers: list[Packer]) -> str:
    """No buyers and no faults any more; people finish.  Gives what still moves in the end, "" when all is at rest."""
    stack.tell_sandbox("/tempo", orders_per_minute=0, buyer_cancels=0)
    end, calm, read_back = time.monotonic() + REST_DEADLINE_S, 0, False
    moving = ""
    while time.monotonic() < end and calm < 3:
        leading(lead)
        lead.close_handovers()
        packed = sum(packer.work(most=500) for packer in packers)
        lead.retry_parked()
        moving = agreement.settled(stack, merchant_id)
        calm = calm + 1 if not moving and not packed else 0
        if calm == 1 and not read_back:
            # What they sold and cancelled before we looked is no debt of ours: reading back finds it, once an hour
            # by itself, and now because nobody waits an hour.
            lead.read_levels_back()
            read_back, calm = True, 0
            time.sleep(READ_BACK_S)
        time.sleep(2)
    return moving


def watcher(stack: Stack, merchant_id: int) -> Callable[[Death], bool]:
    """Whether what a dead child did is being done again: its pages answered, its streams read, its debts sent."""
    from django.db.models import F, Min

    from marketplaces.models import Command, Cursor
    from merchants.scope import scope

    def streams_go_on(death: Death, **channel: str) -> bool:
        with scope([merchant_id]):
            main = Cursor.objects.filter(stream="orders", **channel)
            oldest = main.aggregate(oldest=Min("last_attempt_at"))["oldest"]
            stuck = Command.objects.filter(leased_until__gt=F("sent_at"), sent_at__lt=death.at, parked="", **channel)
            return oldest is not None and oldest > death.at and not stuck.exists()

    def works_again(death: Death) -> bool:
        if stack.child(death.name) in (None, death.number):
            return False
        if death.name.startswith("mp."):
            return streams_go_on(death, channel__marketplace=death.name.removeprefix("mp."))
        if death.name == "beat":
            return streams_go_on(death)
        with suppress(OSError):
            return stack.healthy()
        return False

    return works_again


def summary(stack: Stack, mischief: Mischief, lead: Lead, packers: list[Packer]) -> None:
    from merchants.scope import scope
    from orders.models import Order

    with scope([lead.merchant_id]):
        states = {
            state: Order.objects.filter(state=state).count()
            for state in Order.objects.order_by("state").values_list("state", flat=True).distinct()
        }
    slowest = max((death.resumed_s or 0 for death in mischief.deaths), default=0.0)
    repeats = sum(person.repeats for person in [lead, *packers])
    print(
        f"torture        | {len(mischief.deaths)} kills (slowest work again after {slowest:.0f} s), "
        f"{len(mischief.faults)} faults, {sum(states.values())} orders {states}, {lead.waves} waves, "
        f"{lead.closings} closings, scans accepted {dict(accepted([lead, *packers]))}, {repeats} requests repeated",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
