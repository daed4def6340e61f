"""The picture of the architecture against what the program declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from local.diagram.__main__ import pictures
from local.diagram.drawing import THEMES, UnknownPlaceError, draw
from local.diagram.layout import HEIGHT, PLACES, WIDTH
from local.diagram.model import Edge, Node, Picture

if TYPE_CHECKING:
    from local.graph import Graph


@pytest.fixture
def picture(dev: Graph) -> Picture:
    return Picture(dev)


def edges(picture: Picture, source: str) -> dict[str, tuple[str, str]]:
    return {edge.target: (edge.kind, edge.label) for edge in picture.edges if edge.source == source}


def test_the_pictures_are_what_the_program_declares(dev: Graph) -> None:
    for path, text in pictures(dev).items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run `make docs`, and look at it"


def test_every_stack_is_drawn_the_same_way(picture: Picture, prod: Graph) -> None:
    assert draw(Picture(prod), THEMES["light"]) == draw(picture, THEMES["light"])


def test_letters_are_what_a_role_may_do(picture: Picture) -> None:
    of_processor = edges(picture, "processor")

    assert of_processor["quarantine"] == ("access", "RWD")
    assert of_processor["accepted"] == ("access", "W")
    assert "alert-state" not in of_processor


def test_what_fails_goes_where_its_queue_says(picture: Picture) -> None:
    assert edges(picture, "events")["dead-letters"] == ("failure", "after 6 tries")


def test_a_right_that_goes_changes_the_picture(dev: Graph, picture: Picture) -> None:
    picture.edges = [edge for edge in picture.edges if (edge.source, edge.target) != ("sweep", "records")]

    with pytest.raises(UnknownPlaceError, match=r"not in the program: \[\('sweep', 'records'\)\]"):
        draw(picture, THEMES["light"])


def test_a_resource_without_a_place_is_an_error_that_says_what_to_do(picture: Picture) -> None:
    picture.nodes["archive"] = Node("archive", "bucket", "storage")
    with pytest.raises(UnknownPlaceError, match=r"without a place: \['archive'\].*run `make docs`"):
        draw(picture, THEMES["light"])


def test_an_edge_without_a_way_is_an_error(picture: Picture) -> None:
    picture.edges.append(Edge("notifier", "accepted", "access", "R"))
    with pytest.raises(UnknownPlaceError, match="accepted"):
        draw(picture, THEMES["dark"])


def test_nodes_are_within_the_picture_and_apart() -> None:
    places = list(PLACES.values())
    for number, one in enumerate(places):
        assert 0 < one.left < one.right < WIDTH
        assert 0 < one.top < one.bottom < HEIGHT
        for other in places[number + 1 :]:
            beside = one.right < other.left or other.right < one.left
            assert beside or one.bottom < other.top or other.bottom < one.top, (one, other)
