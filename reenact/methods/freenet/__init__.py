"""`freenet`: FReeNet, multi-identity face reenactment (CVPR 2020), in two parts.

J. Zhang et al., "FReeNet: Multi-Identity Face Reenactment", CVPR 2020,
https://arxiv.org/abs/1905.11805; the authors' code is https://github.com/zhangzjn/FReeNet.
Written anew from the paper; the code is MIT like the project. `ulc.py` is the unified landmark
converter (section 3.1), checked against Table 3 on the paper's own points by `bench/ulc.py`.
The generator (section 3.2) is not here yet, so the method is not in the registry.
"""
