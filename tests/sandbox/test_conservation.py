"""Two hours of trade: every piece is free, reserved, or gone with a parcel."""

from tests.sandbox.playing import Player

GONE = {"cancelled", "cancelled_from_split_pending"}
LEFT = {"acceptance_in_progress", "delivering", "delivered"}


def pack(player, cabinet):
    """Ship whatever may be shipped, several lines as several packages."""
    for number in sorted(cabinet.open):
        player.app.state.ozon.forget_usage()
        posting = cabinet.postings[number]
        if posting.status == "awaiting_packaging" and not posting.packing:
            lines = [{"products": [{"product_id": line.sku, "quantity": line.quantity}]} for line in posting.lines]
            answer = player.ozon("/v4/posting/fbs/ship", {"posting_number": number, "packages": lines})
            assert answer.status_code == 200 or answer.json()["message"] == "EXEMPLAR_INFO_NOT_FILLED_COMPLETELY"


def hand_over(player, cabinet):
    player.app.state.ozon.forget_usage()
    for place in cabinet.warehouses:
        created = player.ozon("/v1/carriage/create", {"delivery_method_id": place})
        if created.status_code == 200:
            player.ozon("/v1/carriage/approve", {"carriage_id": created.json()["carriage_id"]})


def test_no_piece_is_lost_or_made_in_two_hours_of_trade():
    troubles = {"ship_failed": 0.05, "awaiting_approve": 0.05, "buyer_cancels": 0.1, "left_at_gate": 0.05}
    player = Player(judged=False, orders_per_minute=20, **troubles)
    cabinet = player.app.state.ozon.cabinets["100001"]
    player.stocked(*(good.article for good in player.goods.on_ozon), pieces=500)
    whole = sum(stock.free for stock in cabinet.stocks.values())
    for step in range(120):
        player.skip(60)
        pack(player, cabinet)
        if step % 10 == 9:
            hand_over(player, cabinet)
    held, gone = 0, 0
    for posting in cabinet.postings.values():
        pieces = sum(line.quantity for line in posting.lines)
        held += pieces if posting.status not in GONE | LEFT else 0
        gone += pieces if posting.status in LEFT else 0
    free = sum(stock.free for stock in cabinet.stocks.values())
    reserved = sum(stock.reserved for stock in cabinet.stocks.values())
    assert reserved == held > 0
    assert (gone > 0, free + reserved + gone) == (True, whole)
    assert {"cancelled", "delivered", "awaiting_deliver"} <= {p.status for p in cabinet.postings.values()}
