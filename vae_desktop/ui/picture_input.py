"""Pictures that come from outside: a file, the clipboard, something dropped, the test set."""

from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QMimeData, QObject, Signal, Slot
from PySide6.QtGui import QImage

from vae_desktop.core.data.one_picture import fit_picture, read_picture
from vae_desktop.core.progress import Progress
from vae_desktop.session.jobs import JobRunner
from vae_desktop.session.on_view import RunOnView
from vae_desktop.session.state import Failure

Bytes = NDArray[np.uint8]
Shape = tuple[int, int, int]

_NO_RUN = "There is no model yet that could look at a picture; train one or open a run first."
_NO_PICTURE = (
    "There is no picture in the clipboard. Copy one in another program (or a picture file in the "
    "file manager), then paste again."
)
_NOT_LOCAL = "What was dropped is no picture and no file of this machine; drop a picture file."


class PictureInput(QObject):
    """Brings one picture into the shape of the run's, in the background where that takes long.

    Args:
        on_view: the run that all tabs look at.

    Attributes:
        jobs: what runs in the background.
    """

    taken = Signal(object, str)
    """A picture (C, H, W), and what it is."""
    failed = Signal(object)

    def __init__(self, on_view: RunOnView, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._on_view = on_view
        self._name = ""
        self.jobs = JobRunner(self)
        self.jobs.done.connect(self._on_done)
        self.jobs.failed.connect(self.failed)
        on_view.run_changed.connect(self.jobs.cancel)

    def take_file(self, path: Path) -> None:
        """The picture in a file."""
        shape = self._shape()
        if shape is not None:
            self._name = path.name
            self.jobs.start(partial(_read, path, shape))

    def take_mime(self, data: QMimeData | None) -> None:
        """What was dropped or pasted: a file, or a picture itself; None for an empty clipboard."""
        if data is None:
            self.failed.emit(Failure(_NO_PICTURE))
            return
        files = [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
        if files:
            self.take_file(Path(files[0]))
        elif data.hasImage():
            self._take_image(QImage(data.imageData()))
        else:
            self.failed.emit(Failure(_NOT_LOCAL if data.hasUrls() else _NO_PICTURE))

    def take_test(self, index: int) -> None:
        """A test image."""
        dataset = self._on_view.dataset
        if dataset is None:
            return
        test = dataset.test
        picture = test.images[index : index + 1][0]
        name = f"test image {index:,}"
        if test.labels is not None and dataset.label_names:
            name += f", {dataset.label_names[int(test.labels[index])]}"
        self.taken.emit(np.array(picture), name)

    def shutdown(self) -> None:
        """End what runs in the background."""
        self.jobs.shutdown()

    def _take_image(self, image: QImage) -> None:
        shape = self._shape()
        if shape is None:
            return
        if image.isNull():
            self.failed.emit(Failure(_NO_PICTURE))
            return
        self._name = "the pasted picture"
        self.jobs.start(partial(_fit, pixels_of(image), shape))

    def _shape(self) -> Shape | None:
        """That of the run's pictures; without a run, that is said."""
        shape = self._on_view.image_shape
        if shape is None or self._on_view.decoder is None:
            self.failed.emit(Failure(_NO_RUN))
            return None
        return shape

    @Slot(object)
    def _on_done(self, picture: Bytes) -> None:
        if picture.shape == self._on_view.image_shape:
            self.taken.emit(picture, self._name)


def pixels_of(image: QImage) -> Bytes:
    """An image of Qt as uint8 (C, H, W), C = 1 where it is grey; transparency lies on black."""
    grey = image.isGrayscale()
    image = image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    channels = rows[:, : image.width(), 2::-1].transpose(2, 0, 1)
    return np.ascontiguousarray(channels[:1] if grey else channels)


def _read(path: Path, shape: Shape, progress: Progress) -> Bytes:
    progress(0.0, f"Reading {path.name}")
    return read_picture(path, shape)


def _fit(picture: Bytes, shape: Shape, progress: Progress) -> Bytes:
    progress(0.0, "Reading the picture")
    return fit_picture(picture, shape)
