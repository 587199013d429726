"""The adapter of Yandex Market."""
