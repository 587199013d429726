"""Scanning as a keyboard, in a real browser: layouts, control characters, double reads, fields, the network."""

import pytest

from tests.browser.conftest import PATIENCE_MS
from tests.browser.scan_page import ENTER, opened, typed

MARK = "0104600000000017215abcDEF-!+(1)\x1d91EE06\x1d92AbCd/="
PLAIN_LAN = "http://192.168.77.5"  # no secure context: no randomUUID, no locks
BUTTON = '<button type="button" id="b">Button</button><input id="field" name="x">'
F8 = {"code": "F8", "key": "F8"}
ALT_0029 = [
    *({"code": f"Numpad{digit}", "key": digit, "modifiers": 1} for digit in "0029"),
    {"code": "AltLeft", "key": "Alt"},
]

# Keys as the scanner typed them, ten milliseconds apart, of which the page hears the second so much later.
LATE_KEYS = """async ([code, late]) => {
  const typed = performance.now();
  const keys = [...code, "Enter"];
  for (const [number, key] of keys.entries()) {
    const event = new KeyboardEvent("keydown", { key, code: number < code.length ? "" : key, bubbles: true });
    Object.defineProperty(event, "timeStamp", { value: typed + 10 * number });
    if (number === 1) await new Promise((resolve) => setTimeout(resolve, late));
    document.body.dispatchEvent(event);
  }
}"""

# Scans a second time in the moment when the queue has counted what waits after the first answer, and has not told it.
SECOND_SCAN_MEANWHILE = """() => {
  const whole = IDBObjectStore.prototype.getAll;
  let counts = Infinity;
  document.addEventListener("scan:answer", () => { counts = 0; }, { once: true });
  IDBObjectStore.prototype.getAll = function () {
    const counted = whole.apply(this);
    counts += 1;
    if (counts === 2) {
      document.getElementById("manual-code").value = "SECOND";
      document.querySelector("[data-scan-form]").requestSubmit();
    }
    return counted;
  };
}"""


@pytest.fixture
def visitor(browser):
    made = browser.new_context(locale="ru-RU")
    made.set_default_timeout(PATIENCE_MS)
    yield made
    made.close()


@pytest.mark.parametrize("origin", ["http://localhost", PLAIN_LAN])
def test_a_scan_needs_no_focus_and_carries_a_nonce(visitor, origin):
    with opened(visitor, origin=origin) as station:
        station.scan("4600000000017")
        station.wait_for_scans(1)
        station.outcome_is("accepted")
        assert station.codes == ["4600000000017"]
        assert len(station.asked[0]["nonce"]) == 36
        assert station.asked[0]["at"].endswith("Z")
        assert station.asked[0]["by"] == "7"
        assert station.page.locator('[data-band="title"]').inner_text() == "Cup"
        assert station.page.locator('[data-band="code"]').inner_text() == "4600000000017"


@pytest.mark.parametrize("russian", [False, True])
@pytest.mark.parametrize("suffix", ["Enter", "Tab"])
def test_a_marking_code_comes_whole_in_any_layout(visitor, russian, suffix):
    with opened(visitor) as station:
        station.scan(MARK, russian=russian, suffix=suffix)
        station.wait_for_scans(1)
        assert station.codes == [MARK]


def test_gs_is_restored_from_f8_and_from_alt_codes(visitor):
    with opened(visitor) as station:
        station.press([*typed("01046A"), F8, *typed("91"), *ALT_0029, *typed("92B"), ENTER], station.now())
        station.wait_for_scans(1)
        assert station.codes == ["01046A\x1d91\x1d92B"]


def test_the_aim_prefix_and_the_leading_fnc1_are_taken_off(visitor):
    with opened(visitor) as station:
        station.scan("]d2\x1d0104600000000017")
        station.wait_for_scans(1)
        assert station.codes == ["0104600000000017"]


def test_a_double_read_is_one_scan_and_another_code_is_another(visitor):
    with opened(visitor) as station:
        first = station.scan("4600000000017")
        again = station.scan("4600000000017", since=first)
        other = station.scan("4600000000024", since=again)
        station.wait_for_scans(2)
        again = station.scan("4600000000024", since=other)
        station.scan("A-03-12", since=again)
        station.wait_for_scans(3)
        assert station.codes == ["4600000000017", "4600000000024", "A-03-12"]
        station.outcome_is("accepted")


def test_a_second_piece_scanned_too_soon_is_told_so_and_counts_after_two_seconds(visitor):
    with opened(visitor) as station:
        first = station.scan("1234567890")
        station.wait_for_scans(1)
        station.scan("1234567890", since=first, after_s=1)
        station.outcome_is("already")
        assert station.codes == ["1234567890"]
        station.scan("1234567890", since=first, after_s=2.5)
        station.wait_for_scans(2)
        station.outcome_is("accepted")


def test_a_scan_leaves_no_trace_in_a_field_that_has_the_focus(visitor):
    with opened(visitor, content=BUTTON) as station:
        field = station.page.locator("#field")
        field.fill("typed before")
        station.scan("4600000000017")
        station.wait_for_scans(1)
        assert field.input_value() == "typed before"
        assert station.codes == ["4600000000017"]


def test_typing_by_hand_stays_typing(visitor):
    with opened(visitor, content=BUTTON) as station:
        station.page.locator("#field").focus()
        station.scan("hand", gap_s=0.3)
        station.page.locator("body").click(position={"x": 5, "y": 5})
        station.scan("hand", gap_s=0.3)
        station.scan("4600000000017")
        station.wait_for_scans(1)
        assert station.page.locator("#field").input_value() == "hand"
        assert station.codes == ["4600000000017"]


def test_a_scan_does_not_press_the_button_that_has_the_focus(visitor):
    with opened(visitor, content=BUTTON) as station:
        station.page.evaluate(
            "window.presses = 0; document.getElementById('b').addEventListener('click', () => { window.presses += 1; })"
        )
        station.page.locator("#b").focus()
        station.scan("AB 12 34")
        station.wait_for_scans(1)
        assert station.codes == ["AB 12 34"]
        assert station.page.evaluate("window.presses") == 0
        station.page.keyboard.press("Enter")
        station.page.keyboard.press("Space")
        assert station.page.evaluate("window.presses") == 2


def test_a_button_stands_for_its_control_barcode_and_has_a_hot_key(visitor):
    content = '<button type="button" data-scan-code="CMD-REPRINT" data-hotkey="KeyP">P</button>'
    with opened(visitor, content=content) as station:
        station.page.keyboard.press("p")
        station.wait_for_scans(1)
        assert station.codes == ["CMD-REPRINT"]


def test_a_code_may_be_typed_by_hand_into_its_field(visitor):
    with opened(visitor) as station:
        station.page.locator("#manual-code").fill("А-03-12")
        station.page.locator("[data-scan-form] button[type=submit]").click()
        station.wait_for_scans(1)
        assert station.codes == ["А-03-12"]
        assert station.page.locator("#manual-code").input_value() == ""


def test_each_outcome_fills_the_screen_and_stays_until_the_next_scan(visitor):
    with opened(visitor) as station:
        station.answer = lambda scan: (200, {"outcome": scan["code"], "text": f"<b>{scan['code']}</b>"})
        for outcome in ("wrong", "already", "stop", "accepted"):
            station.scan(outcome)
            station.outcome_is(outcome)
            assert station.page.locator('[data-band="text"]').inner_text() == f"<b>{outcome}</b>"
            assert station.page.locator('[data-band="word"]').inner_text() != ""


def test_a_refusal_in_words_is_red(visitor):
    with opened(visitor) as station:
        station.answer = lambda scan: (409, {"message": "The wave is closed", "extra": {}})
        station.scan("4600000000017")
        station.outcome_is("wrong")
        assert station.page.locator('[data-band="text"]').inner_text() == "The wave is closed"
        assert len(station.asked) == 1


def test_the_sticker_is_fetched_for_printing_at_once(visitor):
    with opened(visitor) as station:
        station.answer = lambda scan: (200, {"outcome": "accepted", "print": "/labels/7.pdf"})
        with station.page.expect_response("**/labels/7.pdf"):
            station.scan("4600000000017")
        assert station.printed == ["/labels/7.pdf"]


def test_a_sticker_that_fails_late_does_not_take_the_word_of_a_later_scan_away(visitor):
    answers = {"FIRST": {"outcome": "accepted", "print": "/labels/7.pdf"}, "NEXT": {"outcome": "stop", "text": "Away"}}
    with opened(visitor) as station:
        held = []
        station.page.route("**/labels/7.pdf", lambda route: held.append(route))
        station.answer = lambda scan: (200, answers[scan["code"]])
        station.scan("FIRST")
        station.outcome_is("accepted")
        station.wait_for(lambda: held)
        station.scan("NEXT")
        station.outcome_is("stop")
        held[0].abort()
        station.page.wait_for_selector('[data-band="text"]:has-text("Away · Этикетку не удалось напечатать.")')
        station.outcome_is("stop")

        # Where nothing was scanned since, the failure has the band to itself.
        held.clear()
        station.scan("FIRST", after_s=3)
        station.wait_for(lambda: held)
        held[0].abort()
        station.outcome_is("wrong")


@pytest.mark.parametrize("origin", ["http://localhost", PLAIN_LAN])
def test_scans_outlive_the_network_and_the_tab_and_go_in_order(visitor, origin):
    codes = [f"46000000000{number}" for number in range(5)]
    with opened(visitor, origin=origin) as station:
        station.connected = False
        for code in codes:
            station.scan(code)
        station.outcome_is("kept")
        station.page.wait_for_selector("#offline:has-text('5')")
        assert station.asked == []
    with opened(visitor, origin=origin) as station:
        station.wait_for_scans(5)
        assert station.codes == codes
        assert len({scan["nonce"] for scan in station.asked}) == 5
        station.page.wait_for_selector("#offline", state="hidden")
    with opened(visitor, origin=origin) as station:
        station.scan("4600000000099")
        station.wait_for_scans(1)
        assert station.codes == ["4600000000099"]


def test_a_scan_made_while_the_queue_counts_is_counted(visitor):
    """Else the page would believe that all is sent, and take over an answer that does not know of this scan."""
    with opened(visitor) as station:
        held = []
        station.page.route("**/scan/", lambda route: held.append(route) if station.asked else route.fallback())
        station.page.evaluate(SECOND_SCAN_MEANWHILE)
        station.scan("FIRST")
        station.wait_for(lambda: held)
        assert held[0].request.post_data_json["code"] == "SECOND"
        assert station.page.locator("html").get_attribute("data-queue-idle") == "0"
        held[0].fulfill(json={"outcome": "accepted"})
        station.page.wait_for_selector('html[data-queue-idle="1"]')


def test_a_server_in_trouble_is_asked_again_with_the_same_nonce(visitor):
    with opened(visitor) as station:
        station.answer = lambda scan: (503, {}) if len(station.asked) < 3 else (200, {"outcome": "accepted"})
        station.scan("4600000000017")
        station.wait_for_scans(3)
        station.outcome_is("accepted")
        assert len({scan["nonce"] for scan in station.asked}) == 1
        assert station.codes == ["4600000000017"] * 3


def test_a_scan_that_breaks_the_server_is_kept_and_does_not_hold_up_the_next(visitor):
    with opened(visitor) as station:
        station.answer = lambda scan: (500, {}) if scan["code"] == "BROKEN" else (200, {"outcome": "accepted"})
        station.scan("BROKEN")
        station.wait_for_scans(3)
        station.scan("4600000000017")
        station.wait_for_scans(4)
        station.outcome_is("accepted")
        assert station.codes == ["BROKEN", "BROKEN", "BROKEN", "4600000000017"]
        assert station.page.locator("#offline").is_visible()


def test_the_page_may_judge_by_itself_before_the_server_answers(visitor):
    with opened(visitor) as station:
        station.connected = False
        station.page.evaluate(
            "document.addEventListener('scan:judge', (e) => { e.detail.answer = {outcome: 'wrong', title: 'Cup'}; })"
        )
        station.scan("4600000000017")
        station.outcome_is("wrong")
        assert station.page.locator('[data-band="title"]').inner_text() == "Cup"


def test_the_rest_of_a_scan_that_comes_late_is_the_same_scan(visitor):
    """On a busy machine keys typed without a pause are handed on with pauses: their own times count."""
    with opened(visitor) as station:
        station.page.evaluate(LATE_KEYS, ["INT-cup", 600])
        station.wait_for_scans(1)
        assert station.codes == ["INT-cup"]
