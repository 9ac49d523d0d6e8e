"""What reviewers write to a call."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from ivr.call_log import CallLog
from ivr.call_search.query import CallQuery
from ivr.call_search.store import CallSearch
from ivr.reviews.model import Base
from ivr.reviews.reviews import MOST_TAGS, ReviewRefused, review_terms
from tests.ivr.call_search.log_of_calls import SomeCall, at, write

CALL = SomeCall(1, at(9))
NOW = dt.datetime(2026, 11, 25, 8)


@pytest.fixture
async def search(url: str) -> AsyncIterator[CallSearch]:
    search = await CallSearch.open(url)
    yield search
    await search.close()


async def test_a_review_is_kept_with_who_wrote_it(search: CallSearch) -> None:
    reviews = search.reviews
    await reviews.add_note(CALL.call_id, " 没听懂\n医院 ", "lin", NOW)
    await reviews.add_tag(CALL.call_id, "方言", "lin", NOW)
    await reviews.mark(CALL.call_id, 2, "我要挂鼓楼医院", "lin", NOW)
    review = await reviews.of(CALL.call_id)
    assert [(note.author, note.text) for note in review.notes] == [("lin", "没听懂 医院")]
    assert review.tags == ("方言",)
    assert review.marks[2].right_text == "我要挂鼓楼医院"
    assert review_terms(review) == {"noted", "wrong", "tag:方言"}
    assert await reviews.tags() == ["方言"]
    assert not review_terms(await reviews.of("another call"))


async def test_the_latest_mark_of_a_turn_counts_and_can_be_taken_back(search: CallSearch) -> None:
    await search.reviews.mark(CALL.call_id, 2, "鼓楼", "lin", NOW)
    await search.reviews.mark(CALL.call_id, 2, "", "wu", NOW)
    assert (await search.reviews.of(CALL.call_id)).marks[2].author == "wu"
    await search.reviews.unmark(CALL.call_id, 2)
    assert not (await search.reviews.of(CALL.call_id)).marks


async def test_no_id_number_is_kept_in_a_note(search: CallSearch) -> None:
    await search.reviews.add_note(CALL.call_id, "证号是32010619450101001X，没听对", "lin", NOW)
    (note,) = (await search.reviews.of(CALL.call_id)).notes
    assert "320106" not in note.text
    assert "没听对" in note.text


async def test_what_is_empty_too_long_or_too_much_is_refused(search: CallSearch) -> None:
    for text in ("  ", "长" * 2001):
        with pytest.raises(ReviewRefused):
            await search.reviews.add_note(CALL.call_id, text, "lin", NOW)
    for number in range(MOST_TAGS):
        await search.reviews.add_tag(CALL.call_id, f"第{number}", "lin", NOW)
    await search.reviews.add_tag(CALL.call_id, "第1", "lin", NOW)
    with pytest.raises(ReviewRefused, match="too_many_tags"):
        await search.reviews.add_tag(CALL.call_id, "再一个", "lin", NOW)
    await search.reviews.remove_tag(CALL.call_id, "第1")
    assert len((await search.reviews.of(CALL.call_id)).tags) == MOST_TAGS - 1


async def test_a_call_reviewed_before_it_was_listed_is_found_by_its_review(
    url: str, search: CallSearch
) -> None:
    log = await CallLog.open(url)
    await write(log, [CALL, SomeCall(2, at(10))])
    await log.close()
    await search.reviews.mark(CALL.call_id, 1, "", "lin", NOW)
    assert await search.index.catch_up() == 2
    page = await search.finder.page(CallQuery(wrong=True))
    assert [call.call_id for call in page.calls] == [CALL.call_id]


async def test_searches_are_kept_by_name_for_their_owner(search: CallSearch) -> None:
    saved = search.saved
    await saved.keep("lin", "没听懂", {"outcome": ["transferred"]}, NOW)
    await saved.keep("lin", "没听懂", {"outcome": ["failed"]}, NOW)
    await saved.keep("wu", "别的", {}, NOW)
    (mine,) = await saved.of("lin")
    assert (mine.name, mine.filters) == ("没听懂", {"outcome": ["failed"]})
    await saved.drop("wu", mine.number)
    assert len(await saved.of("lin")) == 1
    await saved.drop("lin", mine.number)
    assert await saved.of("lin") == ()
    with pytest.raises(ReviewRefused):
        await saved.keep("lin", " ", {}, NOW)


async def test_the_migrations_make_the_tables_of_the_model(search: CallSearch) -> None:
    def differences(connection: Connection) -> object:
        own = Base.metadata.tables
        context = MigrationContext.configure(
            connection,
            opts={"include_name": lambda name, kind, _: kind != "table" or name in own},
        )
        return compare_metadata(context, Base.metadata)

    async with search.database.reading() as connection:
        assert await connection.run_sync(differences) == []
