"""What goes into the packaged app and what stays out; needs nothing but Python."""

from fnmatch import fnmatch
from pathlib import PurePath

NAME = "vae-desktop"
TITLE = "VAE Desktop"

EXCLUDED_MODULES = [
    # Tools of developers, and other libraries' optional companions.
    "IPython",
    "_pytest",
    "fsspec",
    "functorch",
    "jinja2",
    "markdown_it",
    "matplotlib",
    "networkx",
    "pandas",
    "pip",
    "pydoc_data",
    "pygments",
    "pyqtgraph.dockarea",
    "pyqtgraph.examples",
    "pyqtgraph.flowchart",
    "pyqtgraph.opengl",
    "pytest",
    "readline",
    "setuptools",
    "sqlite3",
    "tensorboard",
    "tkinter",
    # Qt talks to no network here; Python's own library downloads data sets.
    "PySide6.QtDBus",
    "PySide6.QtNetwork",
    "PySide6.QtTest",
    # `no_opengl.py` stands in for the little that pyqtgraph asks of them: 10 MB.
    "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets",
    # narwhals reads tables of other libraries.
    "narwhals._arrow",
    "narwhals._dask",
    "narwhals._duckdb",
    "narwhals._ibis",
    "narwhals._pandas_like",
    "narwhals._polars",
    "narwhals._spark_like",
    # Parts of scipy that neither the program nor scikit-learn uses.
    "scipy.cluster",
    "scipy.datasets",
    "scipy.fftpack",
    "scipy.odr",
    "scipy.signal",
    # The compiler: `no_compiler.py` stands in for the little that is asked of it.
    "torch._dynamo",
    "torch._inductor",
    "torch._export.serde",
    "torch._functorch.aot_autograd",
    "torch._functorch.partitioners",
    "torch._numpy",
    "torch._vendor.quack",
    # Other parts that are never imported here.
    "pydantic.v1",
    "sympy.categories",
    "sympy.codegen",
    "sympy.combinatorics",
    "sympy.physics",
    "sympy.testing",
    "sympy.vector",
    "torch.ao.ns",
    "torch.ao.pruning",
    "torch.backends._nnapi",
    # Training on many machines, and measuring PyTorch itself.
    "torch.distributed._symmetric_memory",
    "torch.distributed.optim",
    "torch.distributed.tensor",
    "torch.distributed._shard",
    "torch.distributed._tools",
    "torch.distributed.checkpoint",
    "torch.distributed.elastic",
    "torch.distributed.fsdp",
    "torch.distributed.launcher",
    "torch.distributed.pipelining",
    "torch.utils.benchmark",
    "torch.utils.cpp_extension",
    "torch.utils.hipify",
    "torch.utils.tensorboard",
]
"""Modules that something asks for and nothing here uses."""

_UNWANTED = (
    # Tests, tools and headers of PyTorch; torch_shm_manager stays, `import torch` needs it.
    "torch/test/*",
    "torch/bin/*",
    "torch/include/*",
    "torch/share/*",
    "torch/lib/libtorchbind_test*",
    "torch/lib/libjitbackend_test*",
    "torch/lib/libbackend_with_compiler*",
    "torch/lib/libaoti_custom_ops*",
    "torch/lib/*.lib",
    # PyTorch's sources: read by its script compiler, which takes none of these.
    "torch/_inductor/*",
    "torch/_dynamo/*",
    "torch/testing/*.py",
    "torch/distributed/*.py",
    "torch/onnx/*.py",
    "torch/_export/*.py",
    "torch/_functorch/*.py",
    "torch/_higher_order_ops/*.py",
    "torch/_vendor/*.py",
    "torch/ao/*.py",
    "torch/export/*.py",
    "torch/package/*.py",
    "torch/profiler/*.py",
    # Operators of torchvision: the program uses its data sets alone.
    "torchvision/_C*",
    "torchvision/image*",
    "torchvision/*.dll",
    "torchvision/*.dylib",
    "torchvision.libs/*",
    "libcudart*",
    "libnvjpeg*",
    # Parts of Qt that a program of widgets never loads.
    "PySide6/*translations/*",
    "PySide6/*qml/*",
    "*Qt6Quick*",
    "*Qt6Qml*",
    "*Qt6Pdf*",
    "*Qt6VirtualKeyboard*",
    "*Qt6Designer*",
    "*Qt6EglF[Ss]*",
    # Nothing loads Qt's network library; with it go the libraries for signing in that it wants.
    "*Qt6Network*",
    "libgssapi_krb5*",
    "libkrb5*",
    "libk5crypto*",
    "libkeyutils*",
    "libcom_err*",
    "PySide6/*plugins/platforminputcontexts/*virtualkeyboard*",
    "PySide6/*plugins/qmltooling/*",
    "PySide6/*plugins/networkinformation/*",
    "PySide6/*plugins/tls/*",
    "PySide6/*plugins/generic/*",
    "PySide6/*plugins/egldeviceintegrations/*",
    "PySide6/*plugins/platforms/*eglfs*",
    "PySide6/*plugins/platforms/*minimalegl*",
    "PySide6/*plugins/platforms/*vkkhrdisplay*",
    "PySide6/*plugins/platforms/*linuxfb*",
    "PySide6/*plugins/platforms/*vnc*",
    # GTK, for dialogs that the desktop's own portal offers as well.
    "PySide6/*plugins/platformthemes/*gtk3*",
    "libgtk-3*",
    "libgdk*",
    "libepoxy*",
    "libcairo*",
    "libpango*",
    "libatk*",
    "libatspi*",
    "libpixman*",
    "libthai*",
    "libdatrie*",
    "libfribidi*",
    # Formats and alphabets that the program does not read; pictures are read by Pillow, Qt's
    # readers serve the clipboard.
    "PySide6/*plugins/imageformats/*qicns*",
    "PySide6/*plugins/imageformats/*qtga*",
    "PySide6/*plugins/imageformats/*qtiff*",
    "PySide6/*plugins/imageformats/*qwbmp*",
    "PIL/_imagingcms*",
    "pillow.libs/liblcms*",
    "pillow.libs/libavif*",
    "PIL/_avif*",
    "PIL/_imagingtk*",
    "scipy/io/_fast_matrix_market/*",
    "python3*/lib-dynload/_codecs_*",
    "libavif*",
    # Tests and examples of others.
    "*/tests/*",
    "pyqtgraph/examples/*",
    "sklearn/datasets/images/*",
    "sklearn/cluster/*",
    "sklearn/manifold/*",
    "numpy/_core/_multiarray_tests*",
    # Sources of compiled modules.
    "*.pyx",
    "*.pxd",
    "*/meson.build",
)
_WANTED = (
    "torch/bin/torch_shm_manager*",
    # These read their own sources when they are imported.
    "torch/*config*.py",
)
_UNWANTED_MODULES = (
    "*.tests",
    "*.tests.*",
    "torch.testing._internal.*",
    # Of scikit-learn: digits, logistic regression, boosted trees and support vectors are used, and
    # none of them imports these (t-SNE is the program's own). They are taken out afterwards, for
    # PyInstaller learns from them what compiled modules of scikit-learn import unseen.
    "sklearn.cluster",
    "sklearn.cluster.*",
    "sklearn.gaussian_process",
    "sklearn.gaussian_process.*",
    "sklearn.manifold",
    "sklearn.manifold.*",
)
_WANTED_MODULES = (
    "torch.testing._internal.common_dtype",
    "torch.testing._internal.logging_tensor",
)

STRIPPED = (
    "torch/lib/*.so*",
    "libpython*.so*",
    "python3*/lib-dynload/*.so",
    "PySide6/Qt/lib/*.so*",
)
"""Libraries on Linux whose symbol tables go. Those in numpy.libs, scipy.libs and the like were
altered by the tool that packed them and cannot be loaded any more when that is done."""


def is_wanted(destination: str, source: str = "") -> bool:
    """Whether a file belongs into the app.

    Args:
        destination: its path there.
        source: where it comes from; of a link, where it points to.
    """
    paths = [PurePath(path).as_posix() for path in (destination, source) if path]
    if any(fnmatch(paths[0], pattern) for pattern in _WANTED):
        return True
    return not any(fnmatch(path, pattern) for path in paths for pattern in _UNWANTED)


def is_wanted_module(name: str) -> bool:
    """Whether a module belongs into the app: tests of libraries do not."""
    if name in _WANTED_MODULES:
        return True
    return not any(fnmatch(name, pattern) for pattern in _UNWANTED_MODULES)
