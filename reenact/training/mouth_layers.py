"""Draw the teeth that edits show in an opening mouth: `python -m reenact.training.mouth_layers`.

Upper teeth and gums, and lower teeth with the tongue, each seen from the front without a face, as
two pictures with transparency in one file. Own renders of ICT-FaceKit (MIT) through OpenGL on EGL
(`pip install moderngl`; Mesa's llvmpipe is enough). `methods/warp/teeth.py` shows them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray

from reenact import terminal
from reenact.data.ict import IctFaceKit, load_ict
from reenact.methods.warp.teeth import LAYERS, LEFT_CM, PX_PER_CM, Layer
from reenact.training.ict_meshes import _normals

OUT = LAYERS
_FINE = 4
_TEETH, _GUMS, _TONGUE = (0.95, 0.91, 0.83), (0.62, 0.25, 0.26), (0.72, 0.33, 0.33)
_BACK_CM = 5.0  # what lies farther back (throat, roots of the tongue) is left out
_LOOK_DOWN = 0.2  # an open jaw shows the tongue: what lies farther back is seen higher

VERTEX = """
#version 330
uniform vec4 window; in vec3 position; in vec3 normal; in vec3 color;
out vec3 n; out vec3 c; out float z;
void main() {
    vec2 p = (position.xy - window.xy) / window.zw * 2.0 - 1.0;
    gl_Position = vec4(p, -position.z / 20.0, 1.0); n = normal; c = color; z = position.z;
}
"""
FRAGMENT = """
#version 330
in vec3 n; in vec3 c; in float z; out vec4 color;
void main() {
    vec3 unit = normalize(n);
    float front = max(unit.z, 0.0);
    float above = max(dot(unit, normalize(vec3(0.1, 0.6, 0.8))), 0.0);
    // The cheeks let no light to the teeth at the back.
    float reach = smoothstep(6.5, 10.3, z);
    float shine = pow(above, 40.0) * 0.18 * reach;
    color = vec4(c * (0.16 + 0.54 * front + 0.34 * above) * (0.16 + 0.84 * reach) + shine, 1.0);
}
"""


def draw(model: IctFaceKit) -> NDArray[np.uint8]:
    """(h, w, 4) RGBA: the upper layer over the lower one."""
    vertices = model.mesh()
    opened = model.mesh(None, {"jawOpen": 1.0}) - vertices
    goes_down = -opened[:, 1] > 0.6
    colors = np.tile(np.array(_GUMS, np.float32), (len(vertices), 1))
    teeth = model.materials == model.material_names.index("M_Teeth")
    soft = model.materials == model.material_names.index("M_GumsTongue")
    colors[np.unique(model.triangles[teeth])] = _TEETH
    gums = np.unique(model.triangles[soft])
    # The tongue is the part that lies inside the lower teeth.
    inner = (np.abs(vertices[gums, 0]) < 1.75) & (vertices[gums, 2] < 9.6) & goes_down[gums]
    colors[gums[inner]] = _TONGUE
    near = vertices[model.triangles, 2].mean(1) > _BACK_CM
    upper = (teeth | (soft & near)) & ~goes_down[model.triangles].any(1)
    lower = (teeth | (soft & near)) & goes_down[model.triangles].all(1)
    seen = vertices.copy()
    seen[:, 1] += _LOOK_DOWN * (10.4 - vertices[:, 2]).clip(min=0)
    return np.concatenate(
        [
            _layer(vertices, model.triangles[upper], colors, Layer.UPPER),
            _layer(seen, model.triangles[lower], colors, Layer.LOWER),
        ]
    )


def _layer(vertices: NDArray, triangles: NDArray, colors: NDArray, layer: Layer) -> NDArray:
    """(h, w, 4) one layer, from its top to its bottom."""
    import cv2
    import moderngl

    width = round(-2 * LEFT_CM * PX_PER_CM) * _FINE
    height = round((layer.up + layer.down) * PX_PER_CM) * _FINE
    gl = moderngl.create_standalone_context(backend="egl")
    gl.enable(moderngl.DEPTH_TEST)
    program = gl.program(VERTEX, FRAGMENT)
    data = np.concatenate([vertices, _normals(vertices, triangles), colors], axis=1)
    buffer = gl.buffer(data.astype("f4").tobytes())
    indices = gl.buffer(triangles.astype("i4").tobytes())
    parts = (buffer, "3f 3f 3f", "position", "normal", "color")
    array = gl.vertex_array(program, [parts], indices)
    program["window"].value = (
        *(LEFT_CM, layer.edge - layer.down),
        *(-2 * LEFT_CM, layer.up + layer.down),
    )
    target = gl.simple_framebuffer((width, height), components=4)
    target.use()
    gl.clear(0.0, 0.0, 0.0, 0.0)
    array.render()
    raw = np.frombuffer(target.read(components=4), np.uint8).reshape(height, width, 4)[::-1]
    pixels = raw.astype(np.float32) / 255
    size = (width // _FINE, height // _FINE)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    small[..., :3] /= np.maximum(small[..., 3:], 1e-3)  # colors weighted by what they cover
    return np.round(small.clip(0, 1) * 255).astype(np.uint8)


def main(
    data: Annotated[Path, typer.Option(help="Folder with ict_facekit.")],
    out: Annotated[Path, typer.Option(help="The picture.")] = OUT,
) -> None:
    """Draw the layers and write them as one PNG."""
    from PIL import Image

    Image.fromarray(draw(load_ict(data)), "RGBA").save(out, optimize=True)


if __name__ == "__main__":
    terminal.program(main, "reenact.training.mouth_layers")
