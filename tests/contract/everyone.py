"""The contract of each adapter of ours, by the code of its marketplace."""

from tests.contract import test_aliexpress, test_megamarket, test_ozon, test_wildberries, test_yandex_market
from tests.contract.adapter_contract import AdapterContract

CONTRACTS: dict[str, type[AdapterContract]] = {
    "ozon": test_ozon.TestOzon,
    "wildberries": test_wildberries.TestWildberries,
    "yandex_market": test_yandex_market.TestYandexMarket,
    "megamarket": test_megamarket.TestMegamarket,
    "aliexpress": test_aliexpress.TestAliExpress,
}
