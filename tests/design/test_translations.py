"""Whatever a person reads can be read in Russian: everything that is missing is told at once."""

import re
from functools import cache

import pytest

from tests.design import messages

# Words that are the same in every language: names, formats, units of code.
NAMES = {"PDF", "XLSX", "CSV", "Русский", "English", "Authorization", "Bearer", "openapi", "json"}
# Pages for developers, which show parts of the design system with sample words.
SAMPLES = "templates/styleguide/"
# Said by code that the extractor cannot see; each with its reason.
UNSEEN: set[str] = set()


@cache
def templates():
    return {name: text for name, text in messages.sources() if name.startswith("templates/")}


def entry_of(key):
    return messages.catalog().get(*key)


def written(entry):
    return list(entry.string) if isinstance(entry.string, tuple) else [entry.string]


def test_extraction_sees_what_templates_say():
    said = {text for name, source in templates().items() for text in re.findall(r'{% translate "([^"]+)"', source)}
    assert len(said) > 100
    assert {text for text in said if (text, None) not in messages.in_use()} == set()


def test_every_sentence_is_in_the_catalog_and_translated():
    missing = {
        key[0]: sentence.places[0]
        for key, sentence in messages.in_use().items()
        if (entry := entry_of(key)) is None or entry.fuzzy or not all(written(entry))
    }
    assert missing == {}, (
        f"{len(missing)} without Russian: append them to {messages.RUSSIAN.relative_to(messages.ROOT)}"
    )


def test_plural_sentences_have_all_three_forms():
    wrong = {
        key[0]: sentence.places[0]
        for key, sentence in messages.in_use().items()
        if (entry := entry_of(key)) is not None and len(written(entry)) != (3 if len(sentence.forms) == 2 else 1)
    }
    assert messages.catalog().num_plurals == 3
    assert wrong == {}


def test_translations_fill_in_what_the_sentence_fills_in():
    wrong = {
        text: messages.placeholders(source)
        for key, sentence in messages.in_use().items()
        if (entry := entry_of(key)) is not None
        for source in [sentence.forms[-1]]
        for text in written(entry)
        if messages.placeholders(text) != messages.placeholders(source)
    }
    assert wrong == {}


def test_no_entry_is_left_of_a_sentence_that_is_gone():
    kept = {
        (entry.id if isinstance(entry.id, str) else entry.id[0], entry.context)
        for entry in messages.catalog()
        if entry.id
    }
    assert sorted(text for text, _context in kept - set(messages.in_use()) if text not in UNSEEN) == []


def test_no_sentence_is_twice_in_the_catalog():
    said = re.findall(r'^((?:msgctxt ".*"\n)?msgid "(?:.*\n")*.*"$)', messages.RUSSIAN.read_text(), re.MULTILINE)
    assert sorted({text for text in said if said.count(text) > 1}) == []


def test_no_sentence_hides_in_a_format_string():
    assert messages.hidden_in_format_strings() == []


@pytest.mark.parametrize(
    ("template", "bare"),
    [
        ('<p>{% translate "Orders" %}: {{ count }}</p>', []),
        ("<p>Orders: {{ count }}</p>", ["Orders:"]),
        ("<p>{% blocktranslate %}Two <b>words</b>{% endblocktranslate %} и ещё</p>", ["и ещё"]),
        ('<a title="Открыть" aria-label="{% translate "Open" %}"><kbd>Enter</kbd></a>', ["Открыть"]),
    ],
)
def test_words_outside_of_tags_are_seen(template, bare):
    assert messages.bare_words(template) == bare


def test_templates_say_nothing_outside_of_translation_tags():
    found = {
        name: words
        for name, source in templates().items()
        if not name.startswith(SAMPLES)
        and (words := [text for text in messages.bare_words(source) if set(messages.WORD.findall(text)) - NAMES])
    }
    assert found == {}


def test_gettext_is_called_by_names_that_the_extractor_knows():
    assert messages.under_names_unknown_to_the_extractor() == []
