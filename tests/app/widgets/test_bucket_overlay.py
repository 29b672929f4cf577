import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from app.widgets.bucket_overlay import BucketMark, paint_buckets
from app.widgets.view_geometry import ViewGeometry


@pytest.fixture(params=[0.1, 0.7, 2.0])
def geometry(request, qapp):
    fitted = ViewGeometry().resize_view(400, 300).resize_image(640, 360)
    return fitted.zoom(request.param / fitted.scale, 200.0, 150.0)


def marks():
    return [
        BucketMark(x, y, 32, 32, f"server {x}", QColor.fromHsv(x % 360, 200, 255))
        for x in range(0, 640, 32)
        for y in range(0, 352, 32)
    ]


def painted(geometry, exposed=None):
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(0)
    painter = QPainter(image)
    paint_buckets(painter, geometry, marks(), None, 1.0, exposed)
    painter.end()
    return image


def test_part_that_is_exposed_looks_as_if_all_was_painted(geometry):
    whole = painted(geometry)

    for exposed in (QRectF(100, 80, 60, 40), QRectF(0, 0, 1, 1), QRectF(350, 250, 50, 50)):
        part = exposed.toRect()
        assert painted(geometry, exposed).copy(part) == whole.copy(part)
