from datetime import UTC, datetime, timedelta
from typing import Any

import celery
import pytest
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.urls import reverse

from backoffice.kernel.errors import Refusal
from merchants.models import Merchant
from merchants.roles import Role
from merchants.scope import scope
from tests import make
from workspace import tasks
from workspace.errors import AlreadyFinished
from workspace.models import Job
from workspace.services import export, jobs
from workspace.types import heart_key

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def begin(merchant: Merchant, **changed: Any) -> Job:
    with scope([merchant.pk]):
        return jobs.start(
            **{
                "merchant_ids": [merchant.pk],
                "author_id": None,
                "kind": "test",
                "title": "Work",
                "task": "workspace.tasks.run_export",
                "now": NOW,
                **changed,
            }
        )


def stored(job: Job) -> Job:
    with scope(job.merchant_ids):
        return Job.objects.get(pk=job.pk)


def do(job: Job, work: Any) -> Job:
    jobs.run(job_id=job.pk, merchant_ids=job.merchant_ids, work=work)
    return stored(job)


def test_work_is_done_with_progress_errors_and_a_file() -> None:
    def work(run: jobs.Run) -> None:
        run.progress(1, 2)
        run.error(row=7, field="Цена", message="Не число")
        run.progress(2, 2)
        run.keep(name="Результат.txt", content=b"done")
        run.say("Two rows")

    job = do(begin(make.merchant(), params={"key": "value"}), work)
    assert (job.state, job.done, job.total, job.error_count, job.outcome) == ("done", 2, 2, 1, "Two rows")
    assert job.errors == [{"row": 7, "field": "Цена", "message": "Не число"}]
    assert job.result_name == "Результат.txt"
    with default_storage.open(job.result_file) as file:
        assert file.read() == b"done"
    assert cache.get(heart_key(job.pk)) is None


def test_a_refusal_ends_the_job_with_its_words_and_a_defect_with_ours() -> None:
    def refuse(run: jobs.Run) -> None:
        raise Refusal("The file has no column SKU.")

    def break_down(run: jobs.Run) -> None:
        raise ZeroDivisionError("secret detail")

    refused = do(begin(make.merchant()), refuse)
    assert (refused.state, refused.outcome) == ("failed", "The file has no column SKU.")
    broken = do(begin(make.merchant()), break_down)
    assert broken.state == "failed"
    assert "secret" not in broken.outcome


def test_only_the_first_thousand_errors_are_kept_and_all_are_counted() -> None:
    def work(run: jobs.Run) -> None:
        for row in range(1500):
            run.error(row=row, message="x" * 10_000)

    job = do(begin(make.merchant()), work)
    assert (job.error_count, len(job.errors), len(job.errors[0]["message"])) == (1500, 1000, 500)


def test_a_task_delivered_twice_works_once() -> None:
    seen: list[int] = []
    job = begin(make.merchant())
    for _ in range(2):
        jobs.run(job_id=job.pk, merchant_ids=job.merchant_ids, work=lambda run: seen.append(run.job.pk))
    assert seen == [job.pk]


def test_a_job_of_another_merchant_is_not_run() -> None:
    seen: list[int] = []
    job = begin(make.merchant())
    jobs.run(job_id=job.pk, merchant_ids=[make.merchant().pk], work=lambda run: seen.append(run.job.pk))
    assert seen == []
    assert stored(job).state == "queued"


def test_a_waiting_job_is_stopped_at_once_and_a_running_one_at_its_next_step() -> None:
    waiting = begin(make.merchant())
    with scope(waiting.merchant_ids):
        jobs.cancel(job_id=waiting.pk, now=NOW)
    assert stored(waiting).state == "cancelled"
    assert do(waiting, lambda run: pytest.fail("must not run")).state == "cancelled"

    def work(run: jobs.Run) -> None:
        with scope(run.merchants):
            jobs.cancel(job_id=run.job.pk, now=NOW)
        run.stop_if_cancelled()
        pytest.fail("must have stopped")

    assert do(begin(make.merchant()), work).state == "cancelled"


def test_a_job_that_ended_cannot_be_stopped() -> None:
    job = do(begin(make.merchant()), lambda run: None)
    with pytest.raises(AlreadyFinished), scope(job.merchant_ids):
        jobs.cancel(job_id=job.pk, now=NOW)
    assert stored(job).state == "done"


def abandoned(merchant: Merchant, *, after: timedelta) -> list[int]:
    with scope([merchant.pk]):
        return [job.pk for job in jobs.abandoned(now=NOW + after)]


def test_a_lost_kick_is_found_after_a_minute_and_not_again_at_once() -> None:
    mine = make.merchant()
    job = begin(mine)
    assert abandoned(mine, after=timedelta(seconds=30)) == []
    assert abandoned(mine, after=timedelta(seconds=61)) == [job.pk]
    assert abandoned(mine, after=timedelta(seconds=91)) == []
    assert abandoned(mine, after=timedelta(seconds=400)) == [job.pk]


def test_a_job_whose_worker_died_is_taken_up_again_and_a_living_one_is_not() -> None:
    mine = make.merchant()
    job = begin(mine)
    with scope([mine.pk]):
        Job.objects.filter(pk=job.pk).update(state="running", leased_until=NOW + timedelta(seconds=60), attempts=1)
    cache.set(heart_key(job.pk), {"done": 1, "total": 2}, 45)
    assert abandoned(mine, after=timedelta(minutes=10)) == []
    assert do(job, lambda run: pytest.fail("another worker is at it")).state == "running"
    cache.delete(heart_key(job.pk))
    assert abandoned(mine, after=timedelta(minutes=10)) == [job.pk]
    with scope([mine.pk]):
        Job.objects.filter(pk=job.pk).update(leased_until=NOW - timedelta(days=400))
    assert do(job, lambda run: None).state == "done"


def test_what_breaks_off_again_and_again_is_given_up_with_words() -> None:
    mine = make.merchant()
    job = begin(mine)
    with scope([mine.pk]):
        Job.objects.filter(pk=job.pk).update(state="running", leased_until=NOW, attempts=3)
    assert abandoned(mine, after=timedelta(minutes=2)) == []
    assert stored(job).state == "failed"
    assert stored(job).outcome != ""


def test_the_sweep_kicks_the_task_of_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[str, dict[str, Any], str]] = []
    monkeypatch.setattr(
        celery.current_app, "send_task", lambda name, kwargs, queue: sent.append((name, kwargs, queue)), raising=False
    )
    mine = make.merchant()
    job = begin(mine, task="labels.tasks.build_sheet", queue="pdf", now=NOW - timedelta(days=400))
    tasks.sweep_jobs()
    assert sent == [("labels.tasks.build_sheet", {"job_id": job.pk, "merchant_ids": [mine.pk]}, "pdf")]


def test_the_centre_shows_progress_while_the_work_s_transaction_is_open() -> None:
    mine = make.merchant()
    owner = make.person(role=Role.OWNER, merchant=mine)
    job = begin(mine, author_id=owner.pk, title="Stickers")
    with scope([mine.pk]):
        Job.objects.filter(pk=job.pk).update(state="running")
    cache.set(heart_key(job.pk), {"done": 40, "total": 100}, 45)
    text = make.client(owner).get(reverse("workspace:jobs")).content.decode()
    assert 'value="40" max="100"' in text


def test_a_fragment_answers_nothing_while_nothing_changed() -> None:
    mine = make.merchant()
    browser = make.client(role=Role.OWNER, merchant=mine)
    address = reverse("workspace:jobs-table")
    first = browser.get(address)
    version = first["X-Live-Version"]
    assert first.status_code == 200
    assert browser.get(address, {"version": version}).status_code == 204
    cache.incr(f"live:jobs:{mine.pk}") if cache.get(f"live:jobs:{mine.pk}") else cache.set(f"live:jobs:{mine.pk}", 7)
    assert browser.get(address, {"version": version}).status_code == 200


def test_the_result_belongs_to_the_author_alone() -> None:
    mine, other = make.merchant(), make.merchant()
    author = make.person(role=Role.MANAGER, merchant=mine)
    author.memberships.create(merchant=other, role=Role.MANAGER)

    def work(run: jobs.Run) -> None:
        run.keep(name="cost.xlsx", content=b"secret")
        run.error(row=1, message="secret")

    job = do(begin(mine, author_id=author.pk, merchant_ids=[mine.pk, other.pk]), work)
    for name, kwargs in (("job-result", {}), ("job-errors", {"shape": "xlsx"}), ("job-errors", {"shape": "csv"})):
        address = reverse(f"workspace:{name}", kwargs={"pk": job.pk, **kwargs})
        answer = make.client(author).get(address)
        assert answer.status_code == 200
        assert "attachment" in answer["Content-Disposition"]
        assert b"".join(answer) != b""  # reading to the end closes the file
        assert make.client(role=Role.OWNER, merchant=mine).get(address).status_code == 403
    page = make.client(role=Role.OWNER, merchant=mine).get(reverse("workspace:job", kwargs={"pk": job.pk}))
    assert "secret" not in page.content.decode()


def test_a_list_taken_out_with_a_right_that_was_lost_since_stays_shut() -> None:
    mine = make.merchant()
    author = make.person(role=Role.MANAGER, merchant=mine)
    job = do(
        begin(mine, author_id=author.pk, task=export.TASK, params={"key": "analytics-profit"}),
        lambda run: run.keep(name="profit.xlsx", content=b"secret"),
    )
    address = reverse("workspace:job-result", kwargs={"pk": job.pk})
    answer = make.client(author).get(address)
    assert (answer.status_code, b"".join(answer)) == (200, b"secret")
    author.memberships.update(role=Role.PICKER)
    assert make.client(author).get(address).status_code == 403


def test_errors_as_csv_cannot_run_in_a_spreadsheet() -> None:
    mine = make.merchant()
    author = make.person(role=Role.MANAGER, merchant=mine)
    job = do(begin(mine, author_id=author.pk), lambda run: run.error(row=1, field="=1+1", message="@SUM(A1)"))
    address = reverse("workspace:job-errors", kwargs={"pk": job.pk, "shape": "csv"})
    assert make.client(author).get(address).content.decode("utf-8-sig").splitlines()[1] == "1;'=1+1;'@SUM(A1)"


def test_a_stranger_to_the_job_does_not_stop_it_and_the_owner_does() -> None:
    mine = make.merchant()
    author = make.person(role=Role.MANAGER, merchant=mine)
    job = begin(mine, author_id=author.pk)
    address = reverse("workspace:job-cancel", kwargs={"pk": job.pk})
    assert make.client(role=Role.VIEWER, merchant=mine).post(address).status_code == 403
    assert stored(job).cancel_requested is False
    assert make.client(role=Role.OWNER, merchant=mine).post(address).status_code == 302
    assert stored(job).state == "cancelled"


@pytest.mark.parametrize("query", ["?after=x", "?after=" + "9" * 30, "?state=none", "?mine=maybe", "?state=%00"])
def test_any_filter_of_jobs_is_answered(query: str) -> None:
    browser = make.client(role=Role.OWNER, merchant=make.merchant())
    assert browser.get(reverse("workspace:jobs") + query).status_code == 200
