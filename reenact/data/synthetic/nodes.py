"""Cycles materials: skin, eyes, teeth, hair, cloth. Needs `bpy`."""

from __future__ import annotations

import bpy
import numpy as np
from numpy.typing import NDArray

from reenact.data.synthetic.person import Color, Person
from reenact.data.synthetic.skin import SkinMaps, to_linear


class Graph:
    """A material's node tree, with short words to build it."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self.tree = self.material.node_tree
        self.tree.nodes.clear()
        self.output = self.tree.nodes.new("ShaderNodeOutputMaterial")

    def add(self, kind: str, **values: object) -> bpy.types.Node:
        """A node; each value sets an input (by name, `_` for a space) or links a socket to it."""
        node = self.tree.nodes.new(f"ShaderNode{kind}")
        for name, value in values.items():
            self.set(node, name.replace("_", " "), value)
        return node

    def set(self, node: bpy.types.Node, name: str | int, value: object) -> None:
        socket = node.inputs[name]
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        else:
            socket.default_value = value

    def math(self, operation: str, a: object, b: object = 0.0) -> bpy.types.NodeSocket:
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        self.set(node, 0, a)
        self.set(node, 1, b)
        return node.outputs[0]

    def surface(self, socket: bpy.types.NodeSocket) -> bpy.types.Material:
        self.tree.links.new(socket, self.output.inputs["Surface"])
        return self.material


def _rgba(color: NDArray | Color) -> tuple[float, float, float, float]:
    r, g, b = (float(c) for c in color)
    return (r, g, b, 1.0)


def image(name: str, pixels: NDArray) -> bpy.types.Image:
    """A linear float image from (H, W) or (H, W, 3) values, row 0 at the top."""
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    height, width = pixels.shape[:2]
    picture = bpy.data.images.new(name, width, height, float_buffer=True, is_data=True)
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = pixels[::-1]
    picture.pixels.foreach_set(rgba.ravel())
    picture.pack()
    return picture


def skin(name: str, maps: SkinMaps, person: Person) -> bpy.types.Material:
    """Skin: light scatters below it; pores and fine lines as bumps; lips wetter."""
    g = Graph(name)
    albedo = g.add("TexImage")
    albedo.image = image(f"{name} albedo", maps.albedo)
    gloss = g.add("TexImage")
    gloss.image = image(f"{name} gloss", maps.gloss)
    rest = g.add("Attribute")
    rest.attribute_name = "rest"
    pores = g.add("TexVoronoi", Vector=rest.outputs["Vector"], Scale=9.0)
    lines = g.add("TexNoise", Vector=rest.outputs["Vector"], Scale=5.5, Detail=5.0, Roughness=0.65)
    oil = g.add("TexNoise", Vector=rest.outputs["Vector"], Scale=0.6, Detail=3.0)
    height = g.math("ADD", g.math("MULTIPLY", pores.outputs["Distance"], 0.55), lines.outputs[0])
    bump = g.add("Bump", Strength=0.40 + 0.2 * person.age, Distance=0.035, Height=height)
    rough = g.math("ADD", 0.40, g.math("MULTIPLY", oil.outputs[0], 0.20))
    rough = g.math("SUBTRACT", rough, g.math("MULTIPLY", gloss.outputs["Color"], 0.14))
    node = g.add(
        "BsdfPrincipled",
        Base_Color=albedo.outputs["Color"],
        Roughness=rough,
        IOR=1.40,
        Normal=bump.outputs[0],
        Subsurface_Weight=1.0,
        Subsurface_Radius=(1.0, 0.36, 0.18),
        Subsurface_Scale=0.22 - 0.10 * person.melanin,
        Specular_IOR_Level=0.42,
    )
    node.subsurface_method = "RANDOM_WALK"
    return g.surface(node.outputs[0])


def vertex_colored(name: str, roughness: float, scatter_cm: float) -> bpy.types.Material:
    """A surface whose colour is the mesh's `paint` attribute (eyeballs)."""
    g = Graph(name)
    color = g.add("Attribute")
    color.attribute_name = "paint"
    node = g.add(
        "BsdfPrincipled",
        Base_Color=color.outputs["Vector"],
        Roughness=roughness,
        Subsurface_Weight=0.35,
        Subsurface_Scale=scatter_cm,
        Subsurface_Radius=(1.0, 0.5, 0.4),
        Specular_IOR_Level=0.1,
    )
    return g.surface(node.outputs[0])


def wet(name: str, amount: float = 1.0) -> bpy.types.Material:
    """A clear, glossy film: mirrors lights and lets everything else through."""
    g = Graph(name)
    clear = g.add("BsdfTransparent")
    mirror = g.add("BsdfGlossy", Roughness=0.03)
    facing = g.add("Fresnel", IOR=1.376)
    share = g.math("MULTIPLY", facing.outputs[0], amount)
    mix = g.add("MixShader")
    g.set(mix, 0, share)
    g.set(mix, 1, clear.outputs[0])
    g.set(mix, 2, mirror.outputs[0])
    return g.surface(mix.outputs[0])


def moist(name: str, color: Color, roughness: float, scatter_cm: float) -> bpy.types.Material:
    """Teeth, gums, tongue: one colour with slight mottling, wet, light scatters below."""
    g = Graph(name)
    place = g.add("TexCoord")
    spots = g.add("TexNoise", Vector=place.outputs["Object"], Scale=2.2, Detail=3.0)
    mix = g.tree.nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    base = to_linear(color)
    g.set(mix, 0, spots.outputs[0])
    mix.inputs[6].default_value = _rgba(base * 0.86)
    mix.inputs[7].default_value = _rgba(np.minimum(base * 1.10, 0.95))
    node = g.add(
        "BsdfPrincipled",
        Base_Color=mix.outputs[2],
        Roughness=roughness,
        Subsurface_Weight=0.6,
        Subsurface_Scale=scatter_cm,
        Subsurface_Radius=(1.0, 0.8, 0.7),
        Specular_IOR_Level=0.5,
    )
    return g.surface(node.outputs[0])


def hair(
    name: str, melanin: float, red: float, gray: float, rough: float = 0.30
) -> bpy.types.Material:
    """Hair by its melanin; `gray` is the share of hairs without it."""
    g = Graph(name)
    node = g.add("BsdfHairPrincipled")
    node.model = "CHIANG"
    node.parametrization = "MELANIN"
    info = g.tree.nodes.new("ShaderNodeHairInfo")
    if gray > 0:
        is_gray = g.math("LESS_THAN", info.outputs["Random"], gray)
        keep = g.math("SUBTRACT", 1.0, g.math("MULTIPLY", is_gray, 0.85))
        g.set(node, "Melanin", g.math("MULTIPLY", keep, melanin))
    else:
        g.set(node, "Melanin", melanin)
    g.set(node, "Melanin Redness", red)
    g.set(node, "Roughness", rough)
    g.set(node, "Radial Roughness", 0.45)
    g.set(node, "Random Color", 0.25)
    g.set(node, "Random Roughness", 0.2)
    g.set(node, "Random", info.outputs["Random"])
    return g.surface(node.outputs[0])


def cloth(name: str, color: Color, ribs: bool = False) -> bpy.types.Material:
    """Woven or (with `ribs`) knitted cloth."""
    g = Graph(name)
    place = g.add("Attribute")
    place.attribute_name = "weave"
    base = to_linear(color)
    fluff = g.add("TexNoise", Vector=place.outputs["Vector"], Scale=6.0, Detail=6.0)
    wave = g.add(
        "TexWave", Vector=place.outputs["Vector"], Scale=0.5, Distortion=0.6 if ribs else 0.2
    )
    wave.bands_direction = "X"
    other = g.add("TexWave", Vector=place.outputs["Vector"], Scale=1.0, Distortion=0.3)
    other.bands_direction = "Y"
    height = g.math("ADD", wave.outputs["Fac"], g.math("MULTIPLY", other.outputs["Fac"], 0.5))
    height = g.math("ADD", height, g.math("MULTIPLY", fluff.outputs[0], 0.5))
    bump = g.add(
        "Bump", Strength=0.8 if ribs else 0.35, Distance=0.12 if ribs else 0.03, Height=height
    )
    mix = g.tree.nodes.new("ShaderNodeMix")
    mix.data_type = "RGBA"
    g.set(mix, 0, g.math("MULTIPLY", height, 0.5))
    mix.inputs[6].default_value = _rgba(base * 0.62)
    mix.inputs[7].default_value = _rgba(np.minimum(base * 1.15, 0.9))
    node = g.add(
        "BsdfPrincipled",
        Base_Color=mix.outputs[2],
        Roughness=0.85,
        Normal=bump.outputs[0],
        Sheen_Weight=0.12,
        Sheen_Roughness=0.4,
        Specular_IOR_Level=0.2,
    )
    return g.surface(node.outputs[0])


def glowing(name: str, pixels: NDArray) -> bpy.types.Material:
    """A picture that shines by itself: the background."""
    g = Graph(name)
    picture = g.add("TexImage")
    picture.image = image(f"{name} picture", pixels)
    node = g.add("Emission", Color=picture.outputs["Color"], Strength=1.0)
    return g.surface(node.outputs[0])
