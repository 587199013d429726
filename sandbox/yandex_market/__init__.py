"""Yandex Market as a seller sees it: one cabinet of several stores, orders, first mile, both stock generations."""
