import numpy as np
import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.widgets.bucket_overlay import BucketMark, paint_buckets
from app.widgets.mark_table import MIN_MANY, MarkTable, draw_lines
from app.widgets.view_geometry import ViewGeometry

VIEW = QRectF(0, 0, 400, 300)


@pytest.fixture
def geometry(qapp):
    return ViewGeometry().resize_view(400, 300).resize_image(6400, 3600).fit()


def mark(number, size=64):
    x, y = number % 80 * 80, number // 80 * 80
    return BucketMark(x, y, size, size, f"server {number}", QColor.fromHsv(number % 360, 200, 255))


def table_of(marks):
    table = MarkTable()
    for number, one in enumerate(marks):
        table.put(number, one)
    return table


def painted(paint):
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint(painter)
    painter.end()
    return image


def pixels(image):
    return np.frombuffer(image.constBits(), np.uint32).reshape(300, 400) & 0xFFFFFF


def test_each_of_many_small_buckets_has_a_frame_in_its_colour(geometry):
    marks = [mark(number) for number in range(2 * MIN_MANY)]
    shown = pixels(painted(lambda p: table_of(marks).paint(p, geometry, None, 1.0, VIEW)))

    for one in marks:
        left, top, width, height = geometry.view_rect(one.x, one.y, one.width, one.height)
        x0, y0, x1, y1 = int(left), int(top), int(left + width), int(top + height)
        ink = one.color.rgb() & 0xFFFFFF
        frame = [shown[y0, x0:x1], shown[y1, x0:x1], shown[y0:y1, x0], shown[y0:y1, x1]]
        assert all((line == ink).all() for line in frame)
        assert (shown[y0 + 1 : y1, x0 + 1 : x1] == 0).all()


def test_part_that_is_exposed_looks_as_if_all_was_painted(geometry):
    table = table_of(mark(number) for number in range(1000))
    whole = painted(lambda p: table.paint(p, geometry, None, 1.0, VIEW))

    for exposed in (QRectF(100, 80, 60, 40), QRectF(0, 0, 1, 1), QRectF(350, 250, 50, 50)):
        part = exposed.toRect()
        some = painted(lambda p, exposed=exposed: table.paint(p, geometry, None, 1.0, exposed))
        assert some.copy(part) == whole.copy(part)


def test_few_or_large_buckets_look_as_ever(geometry):
    near = geometry.zoom(4.0 / geometry.scale, 200.0, 150.0)
    for view, count in ((geometry, 3), (near, 1000)):
        marks = [mark(number) for number in range(count)]
        old = painted(lambda p, v=view, m=marks: paint_buckets(p, v, m, None, 1.0, VIEW))
        new = painted(lambda p, v=view, m=marks: table_of(m).paint(p, v, None, 1.0, VIEW))
        assert old == new


def test_large_buckets_among_small_ones_keep_their_brackets(geometry):
    small = [mark(number) for number in range(2 * MIN_MANY)]
    large = BucketMark(2000, 2000, 512, 512, "slow", QColor("red"))
    shown = painted(lambda p: table_of([*small, large]).paint(p, geometry, None, 1.0, VIEW))
    alone = painted(lambda p: paint_buckets(p, geometry, [large], None, 1.0, VIEW))

    area = QRectF(*geometry.view_rect(1990, 1990, 532, 532)).toRect()
    assert shown.copy(area) == alone.copy(area)


def test_one_colour_for_all(geometry):
    table = table_of(mark(number) for number in range(MIN_MANY))
    image = painted(lambda p: table.paint(p, geometry, QColor("white"), 1.0, VIEW))

    assert set(np.unique(pixels(image))) == {0, 0xFFFFFF}


def test_table_forgets_what_is_taken_out_and_grows():
    table = table_of(mark(number) for number in range(3 * MIN_MANY))
    for unit in range(0, 3 * MIN_MANY, 2):
        assert table.pop(unit) == mark(unit)

    assert table.pop(0) is None
    assert table.all() == {unit: mark(unit) for unit in range(1, 3 * MIN_MANY, 2)}
    kept = {table._units[row]: tuple(table._rows[row, :2]) for row in range(len(table))}
    assert kept == {unit: (one.x, one.y) for unit, one in table.all().items()}
    table.put(1, mark(7))
    assert table.all()[1] == mark(7)
    table.clear()
    assert len(table) == 0
    assert table.all() == {}


def test_lines_are_cut_where_the_image_ends():
    image = np.zeros((4, 5), np.uint32)
    numbers = [np.array(x) for x in ([1, 3, 9, -1, 2], [-3, 2, 0, 0, 7], [1, 99, 4, 4, 9])]

    draw_lines(image, *numbers, np.arange(1, 6, dtype=np.uint32))

    assert image.tolist() == [[0] * 5, [1, 1, 0, 0, 0], [0] * 5, [0, 0, 2, 2, 2]]
