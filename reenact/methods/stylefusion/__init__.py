"""Style fusion: expression transfer in the styles of a style-based generator.

Yang and Lim (2019), "Unconstrained Facial Expression Transfer using Style-based Generator",
arXiv 1912.06253. Generators: StyleGAN (Karras et al., 2018, arXiv 1812.04948) and StyleGAN2
(Karras et al., 2019, arXiv 1912.04958). Written anew from the papers.

Not registered yet: the networks and the reading of public checkpoints stand; inversion, the choice
of layers and embedded weights are to come.
"""
