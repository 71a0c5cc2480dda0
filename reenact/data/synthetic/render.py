"""A person, an expression, a light: the picture. Path tracing by Blender's Cycles (`bpy`)."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import bpy
import numpy as np
from numpy.typing import NDArray

from reenact.data.ict import IctFaceKit
from reenact.data.synthetic import nodes, solids
from reenact.data.synthetic.body import Body, Moment
from reenact.data.synthetic.hair import head_hair
from reenact.data.synthetic.landmarks import Camera, landmarks_68
from reenact.data.synthetic.light import backdrop, light_of
from reenact.data.synthetic.person import Person
from reenact.data.synthetic.skin import paint_face, paint_head
from reenact.data.synthetic.strands import Strands, beard, brows, lashes
from reenact.types import Frame, HeadPose, Points

LAMP_WATTS = 80000.0
FACE_MIDDLE = np.array([0.0, 1.0, 7.0])
PARTS = (("face", "M_Face"), ("head", "M_BackHead"), ("gums", "M_GumsTongue"), ("teeth", "M_Teeth"))


@dataclass(frozen=True)
class Shot:
    """A rendered picture with its exact 68 points (pixels)."""

    image: Frame
    landmarks: Points


class Studio:
    """One person in a studio; `shoot` changes the expression and the head and takes a picture."""

    def __init__(
        self, model: IctFaceKit, person: Person, camera: Camera | None = None, samples: int = 96
    ) -> None:
        self.body, self.person, self.camera = Body(model), person, camera or Camera()
        bpy.ops.wm.read_factory_settings(use_empty=True)
        self.scene = bpy.context.scene
        _cycles(self.scene, samples)
        self._place_camera()
        self._place_light()
        self.scene.view_settings.exposure = 0.05 + 0.6 * person.melanin  # as a photographer would
        moment = self.body.moment(person)
        self.hair = head_hair(self.body, person, moment.rest)
        self.parts = {name: self._part(name, material) for name, material in PARTS}
        self.moving: list[bpy.types.Object] = []
        self._materials()
        self._still_things(moment)

    def shoot(
        self,
        expression: Mapping[str, float] | None = None,
        pose: HeadPose | None = None,
        size: int = 512,
    ) -> Shot:
        """Render one moment: (size, size, 3) picture and its landmarks."""
        moment = self.body.moment(self.person, expression, pose)
        for thing, ids in self.parts.values():
            _move(thing, moment.posed[ids])
        for thing in self.moving:
            _remove(thing)
        self.moving = list(self._moving_things(moment))
        picture = _render(self.scene, size)
        return Shot(picture, landmarks_68(moment.posed, self.camera, size))

    def _part(self, name: str, material: str) -> tuple[bpy.types.Object, NDArray]:
        """The object of one material of the face model, and the model's vertices that it has."""
        model = self.body.model
        faces = self.body.faces_of(material)
        corner = model.neutral[model.triangles]
        shoulder = (corner[..., 1].max(1) < -13.0) & (np.abs(corner[..., 0]).max(1) > 6.5)
        faces = faces & ~(shoulder & self.body.skin_faces)  # the shirt covers them
        ids, corners = np.unique(model.triangles[faces], return_inverse=True)
        uv = model.uv[model.triangles_uv[faces]].reshape(-1, 2) % 1.0
        if material == "M_Face":
            uv = np.clip(model.uv[model.triangles_uv[faces]].reshape(-1, 2), 0.0, 1.0)
        thing = add_mesh(name, model.neutral[ids], corners.reshape(-1, 3), uv=uv)
        add_values(thing, "rest", model.neutral[ids])
        return thing, ids

    def _materials(self) -> None:
        person = self.person
        look = {
            "face": nodes.skin("face", paint_face(self.body, person), person),
            "head": nodes.skin("head", paint_head(self.body, person), person),
            "gums": nodes.moist("gums", (0.66, 0.32, 0.32), 0.30, 0.15),
            "teeth": nodes.moist("teeth", (0.88, 0.83, 0.73), 0.18, 0.12),
        }
        for name, material in look.items():
            self.parts[name][0].data.materials.append(material)
        gray = person.hair_gray
        self.hair_look = nodes.hair("hair", person.hair_melanin, person.hair_red, gray)
        dark = min(1.0, person.hair_melanin * 0.9 + 0.22)
        self.brow_look = nodes.hair("brow", dark, person.hair_red, 0.4 * gray, 0.4)
        self.lash_look = nodes.hair("lash", 0.97, 0.2, 0.0, 0.4)
        self.white = nodes.vertex_colored("eyeball", 0.5, 0.08)
        self.film = nodes.wet("film", 1.7)

    def _still_things(self, moment: Moment) -> None:
        top = solids.shirt(self.body, moment.rest)
        shirt = add_mesh("shirt", top.vertices, top.quads)
        add_values(shirt, "weave", top.vertices * [3.2, 3.2, 3.2])
        shirt.data.materials.append(nodes.cloth("shirt", self.person.cloth))
        plane = 170.0 * np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], np.float32)
        corners = np.concatenate([plane, np.full((4, 1), -150.0)], 1)
        uv = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
        wall = add_mesh("wall", corners, np.array([[0, 1, 2, 3]]), uv=uv)
        wall.data.materials.append(nodes.glowing("wall", backdrop(self.person)))
        for ray in ("diffuse", "glossy", "shadow"):
            setattr(wall, f"visible_{ray}", False)

    def _moving_things(self, moment: Moment):
        """Objects that are rebuilt for each picture."""
        for side in ("Left", "Right"):
            place = solids.eye_place(self.body, moment, side)
            ball = solids.eyeball(place, self.person)
            thing = add_mesh(f"ball {side}", ball.vertices, ball.quads)
            add_values(thing, "paint", ball.colors)
            thing.data.materials.append(self.white)
            yield thing
            shell = solids.cornea(place)
            thing = add_mesh(f"cornea {side}", shell.vertices, shell.quads)
            thing.data.materials.append(self.film)
            thing.visible_shadow = False
            yield thing
        ids = self.body.faces_of("M_LacrimalFluid")
        tear = add_mesh("tear", moment.posed, self.body.model.triangles[ids])
        tear.data.materials.append(self.film)
        tear.visible_shadow = False
        yield tear
        yield add_strands("brows", brows(self.body, self.person, moment), self.brow_look)
        yield add_strands("lashes", lashes(self.body, self.person, moment), self.lash_look)
        whiskers = beard(self.body, self.person, moment)
        if whiskers is not None:
            yield add_strands("beard", whiskers, self.brow_look)
        if self.hair is not None:
            turned = moment.turn_rigidly(self.hair.points.reshape(-1, 3))
            points = turned.reshape(self.hair.points.shape)
            yield add_strands("hair", Strands(points, self.hair.radius), self.hair_look)
        if self.person.hair_style == "beanie":
            cap = solids.beanie(self.body, moment.rest)
            thing = add_mesh("beanie", moment.turn_rigidly(cap.vertices), cap.quads)
            weave = np.stack(
                np.unravel_index(
                    np.arange(len(cap.vertices)), (solids.CAP_ROWS, solids.CAP_COLUMNS)
                ),
                1,
            )[:, ::-1]
            add_values(thing, "weave", np.concatenate([weave * [1.4, 0.5], 0 * weave[:, :1]], 1))
            thing.data.materials.append(nodes.cloth("beanie", self.person.hat, ribs=True))
            yield thing

    def _place_camera(self) -> None:
        lens = bpy.data.cameras.new("camera")
        lens.sensor_width = 36.0
        lens.lens = 18.0 / self.camera.tangent
        lens.clip_end = 2000.0
        thing = bpy.data.objects.new("camera", lens)
        thing.location = (self.camera.x, self.camera.y, self.camera.z)
        self.scene.collection.objects.link(thing)
        self.scene.camera = thing

    def _place_light(self) -> None:
        from mathutils import Vector

        setup = light_of(self.person)
        for lamp in setup.lamps:
            data = bpy.data.lights.new("lamp", "AREA")
            data.energy, data.size, data.color = LAMP_WATTS * lamp.power, lamp.side_cm, lamp.color
            thing = bpy.data.objects.new("lamp", data)
            thing.location = lamp.place
            aim = Vector(FACE_MIDDLE.tolist()) - Vector(lamp.place)
            thing.rotation_euler = aim.to_track_quat("-Z", "Y").to_euler()
            thing.visible_camera = False
            self.scene.collection.objects.link(thing)
        world = bpy.data.worlds.new("around")
        world.use_nodes = True
        sky = world.node_tree.nodes["Background"]
        sky.inputs["Color"].default_value = (*setup.around, 1.0)
        sky.inputs["Strength"].default_value = setup.around_strength
        self.scene.world = world


def add_mesh(
    name: str, vertices: NDArray, faces: NDArray, uv: NDArray | None = None
) -> bpy.types.Object:
    """A smooth-shaded object; `uv` is one (u, v) for each corner of each face."""
    mesh = bpy.data.meshes.new(name)
    mesh.from_pydata(vertices.tolist(), [], faces.tolist())
    if uv is not None:
        mesh.uv_layers.new(name="uv").data.foreach_set("uv", uv.astype(np.float32).ravel())
    mesh.polygons.foreach_set("use_smooth", np.ones(len(mesh.polygons), bool))
    thing = bpy.data.objects.new(name, mesh)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def add_values(thing: bpy.types.Object, name: str, values: NDArray) -> None:
    """Three numbers a vertex, for materials to read."""
    attribute = thing.data.attributes.new(name, "FLOAT_VECTOR", "POINT")
    attribute.data.foreach_set("vector", np.asarray(values, np.float32).ravel())


def add_strands(name: str, strands: Strands, material: bpy.types.Material) -> bpy.types.Object:
    """Hair curves."""
    count, points = strands.radius.shape
    curves = bpy.data.hair_curves.new(name)
    curves.add_curves([points] * count)
    place = curves.attributes.get("position") or curves.attributes.new(
        "position", "FLOAT_VECTOR", "POINT"
    )
    place.data.foreach_set("vector", np.ascontiguousarray(strands.points, np.float32).ravel())
    radius = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    radius.data.foreach_set("value", np.ascontiguousarray(strands.radius, np.float32).ravel())
    curves.materials.append(material)
    thing = bpy.data.objects.new(name, curves)
    bpy.context.scene.collection.objects.link(thing)
    return thing


def _move(thing: bpy.types.Object, vertices: NDArray) -> None:
    thing.data.vertices.foreach_set("co", np.ascontiguousarray(vertices, np.float32).ravel())
    thing.data.update()


def _remove(thing: bpy.types.Object) -> None:
    """Take an object out with its mesh or curves, which would stay in memory without it."""
    data = thing.data
    bpy.data.objects.remove(thing)
    store = bpy.data.meshes if isinstance(data, bpy.types.Mesh) else bpy.data.hair_curves
    store.remove(data)


def _cycles(scene: bpy.types.Scene, samples: int) -> None:
    scene.render.engine = "CYCLES"
    cycles = scene.cycles
    cycles.device = "CPU"
    cycles.samples = samples
    cycles.seed = 7
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.015
    cycles.use_denoising = True
    cycles.denoiser = "OPENIMAGEDENOISE"
    cycles.max_bounces, cycles.transparent_max_bounces = 7, 10
    cycles.sample_clamp_indirect = 6.0
    scene.render.film_transparent = False
    scene.render.use_persistent_data = True
    scene.render.threads_mode = "FIXED"
    scene.render.threads = 2
    scene.cycles_curves.shape = "RIBBONS"
    scene.view_settings.view_transform = "Khronos PBR Neutral"  # keeps the colour of skin
    scene.render.image_settings.file_format = "PNG"


def _render(scene: bpy.types.Scene, size: int) -> Frame:
    from PIL import Image

    scene.render.resolution_x = scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = str(Path(folder) / "shot.png")
        bpy.ops.render.render(write_still=True)
        return np.asarray(Image.open(scene.render.filepath).convert("RGB"))
