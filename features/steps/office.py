"""The office of a scenario: the sample province, published procedures, positions, days off."""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from engine.domain.calendar import DayRule
from engine.queries import office
from engine.services import calendars, organisation, procedures, year_calendars
from engine.storage import database
from features.steps.sentences import says
from features.steps.story import Story
from features.steps.vocabulary import expect, step


@step("tỉnh mẫu Hải Sơn")
@step("the sample province of Hải Sơn")
def open_province(story: Story) -> None:
    calendars.publish(year_calendars.vietnam(story.now), story.now)
    organisation.apply(files("webapp.cli").joinpath("demo_data", "province.toml").read_bytes(), story.now)


@step("cơ quan của tệp tổ chức")
@step("the office of the organisation file")
def open_own_office(story: Story) -> None:
    expect(story.organisation is not None, "Chưa nêu tệp tổ chức: thêm --org TỆP.",
           "No organisation file was named: add --org FILE.")
    calendars.publish(year_calendars.vietnam(story.now), story.now)
    organisation.apply(story.organisation or b"", story.now)


@step(says('thủ tục "{slug:Name}" đã được công bố'))
@step(says('the procedure "{slug:Name}" has been published'))
def publish(story: Story, slug: str) -> None:
    assert procedures.publish(story.pack(slug), story.now).new
    story.procedure = slug


@step(says('{person} kiêm nhiệm vị trí "{position:Name}"'))
@step(says('{person} also holds the position "{position:Name}"'))
def hold_position(story: Story, person: str, position: str) -> None:
    actor = story.person(person)
    held = [*(post.position for post in actor.posts), position]
    organisation.apply(f'[[person]]\naccount = "{actor.account}"\nname = "{actor.name}"\npositions = {held}\n'.encode(),
                       story.now)
    assert position in [post.position for post in story.person(person).posts]


@step(says("tỉnh công bố nghỉ làm {day:Day}"))
@step(says("the province declares {day:Day} a day off"))
def declare_day_off(story: Story, day: date) -> None:
    with database.reading() as session:
        house = office.current(session)
        newest = house.calendars[house.newest[office.COUNTRY]]
    storm = newest.with_days({day: DayRule((), "nghỉ tránh bão", "closed for a storm")})
    assert calendars.publish(storm, story.now) == newest.version + 1
