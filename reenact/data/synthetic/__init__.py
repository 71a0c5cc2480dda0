"""Synthetic people: seeded persons on ICT-FaceKit's mesh, rendered with Blender's Cycles.

`python -m reenact.data.synthetic --help` renders one; `--examples DIR` renders the set that the
demo ships. The mesh (MIT) is not part of the project, and `bpy` (Blender as a Python package) is
needed only to render: everything else here is NumPy, OpenCV and SciPy.

    person.py    who: identity weights, colours, hair, clothes, all from one seed
    body.py      the person's vertices for an expression, gaze and head turn; the mesh in rest pose
    skin.py      albedo and gloss painted into the mesh's texture space
    strands.py   points on the skin, in a frame that follows the expression: brows, lashes, beard
    hair.py      hair of the head: a root map, styles, combing, locks
    solids.py    eyeballs, shirt, beanie, as plain meshes
    light.py     lamps and backdrop        nodes.py   Cycles materials
    render.py    the scene, the picture    examples.py  who is in the demo's pictures
    landmarks.py exact 68 points in the picture
"""
