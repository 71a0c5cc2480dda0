"""Tables behind `schemes.py`: other schemes' points on the MediaPipe mesh, and a mean face."""

from __future__ import annotations

import base64

import numpy as np

# A point of ibug68 as (first vertex, second vertex, share of the first). Chosen on 285 faces of
# the Face Research Lab London Set, One Million Impressions and SFHQ as the pair of vertices of
# the same contour that lies nearest to dlib's 68 points, mean over pictures and their mirror
# images: 2.8 % of the outer eye corner distance (contour 5 %, lips 1.9 %, eyes 1.4 %).
IBUG68: tuple[tuple[int, int, float], ...] = (
    # contour
    (127, 162, 0.9),
    (137, 234, 0.2),
    (132, 137, 0.5),
    (58, 177, 0.6),
    (58, 172, 0.3),
    (136, 150, 0.9),
    (149, 150, 0.8),
    (148, 176, 0.5),
    (152, 152, 1),
    (377, 400, 0.5),
    (378, 379, 0.8),
    (365, 379, 0.9),
    (288, 397, 0.3),
    (288, 401, 0.6),
    (361, 366, 0.5),
    (366, 454, 0.2),
    (356, 389, 0.9),
    # brows
    (70, 156, 0.6),
    (63, 63, 1),
    (66, 105, 0.3),
    (66, 107, 0.6),
    (55, 107, 0.7),
    (285, 336, 0.7),
    (296, 336, 0.6),
    (296, 334, 0.3),
    (293, 293, 1),
    (300, 383, 0.6),
    # nose
    (6, 168, 0.2),
    (6, 197, 0.2),
    (1, 195, 0.2),
    (4, 4, 1),
    (20, 98, 0.3),
    (97, 97, 1),
    (2, 164, 0.7),
    (326, 326, 1),
    (250, 327, 0.3),
    # eyes
    (7, 33, 0.4),
    (158, 160, 0.2),
    (133, 158, 0.1),
    (155, 155, 1),
    (145, 153, 0.2),
    (144, 144, 1),
    (382, 382, 1),
    (362, 385, 0.1),
    (385, 387, 0.2),
    (249, 263, 0.4),
    (373, 373, 1),
    (374, 380, 0.2),
    # outer lip
    (61, 61, 1),
    (39, 40, 0.6),
    (37, 37, 1),
    (0, 0, 1),
    (267, 267, 1),
    (269, 270, 0.6),
    (291, 291, 1),
    (321, 405, 0.5),
    (314, 314, 1),
    (17, 17, 1),
    (84, 84, 1),
    (91, 181, 0.5),
    # inner lip
    (78, 95, 0.8),
    (82, 82, 1),
    (13, 13, 1),
    (312, 312, 1),
    (308, 324, 0.8),
    (317, 318, 0.9),
    (14, 14, 1),
    (87, 88, 0.9),
)

# The points of face106 that ibug68 does not have, by their index in face106.
FACE106_OTHERS: dict[int, tuple[int, int, float]] = {
    **{64: (53, 53, 1), 65: (52, 52, 1), 66: (65, 65, 1), 67: (55, 55, 1)},  # lower brow edges
    **{68: (285, 285, 1), 69: (295, 295, 1), 70: (282, 282, 1), 71: (283, 283, 1)},
    **{72: (159, 159, 1), 73: (145, 145, 1), 74: (468, 468, 1)},  # upper lid, lower lid, pupil
    **{75: (386, 386, 1), 76: (374, 374, 1), 77: (473, 473, 1)},
    **{78: (245, 245, 1), 79: (465, 465, 1), 80: (131, 131, 1), 81: (360, 360, 1)},  # nose sides
    **{82: (64, 64, 1), 83: (294, 294, 1), 104: (468, 468, 1), 105: (473, 473, 1)},
}

# Mean of the 82 neutral faces of the Face Research Lab London Set (CC BY 4.0), frontal, made
# symmetric; outer eye corner distance 20000; little-endian int16, (478, 3), base 85.
_MEAN_MESH = (
    "008(icjN#7-XP}J005;XHRYT8D-P4&008zHMAiTRZ4<ZH005K$%;(7369Itz000p6#_Iq8sO|ge001)4lkxxn95xE&00"
    "2)o!{z`0(m7V?008hgd+7iGa6GZ-004$RZ|492-$DxL000e2672v0=_8KXE&I|V+u;_*&+LR4Zt1uM!1pWUQ3e$FCf_9"
    "nkole1Edw(C{q0Z$Limf}m-QL;yyqnLC-&&u!uHVjUDzu51^O)1)CR=>UhL*m#`5ski~mah0mO?1HyIwz2m@*c5#|dWf"
    "$^~UxiUQEY5F5Lkmqvq<TOg?SnpCd5bTcik~pL3ukmL&EbYbU-aw=Cr~AMlX4nAx78~x?+R)_m+WVmJnGQMe%<qmL(&c"
    "*Zj~tQbGuH4NUieD;7ZhvSP~C~{Uh?MErtp*YaLYpC84l|7kn@i18SR?*z4y!HqdPeD6Ur_;+a$pAz9P)$-1k=`^5&T8"
    "V>_Gl+3Pnu81wwnIPHb`n(rebwCHx{AMZ==f#$X9Xzp9#Nz{Y+aL>f&K?1tuCEtznvCWzC$pG2OGVss~>-n%X#pQqW=Q"
    "gb9c<^U9A?*9~!6U%vJ?l?9%JZ=86g*S#i|igd=JF}_#voeYpYjblAMR`Rp*h*>>iV5I`{_IR+DS(3u=#^RV(9kyAwTN"
    "pVEPg~Q|ayczBwi8pz<L)N$#QXSUY9yitzb7f9#^~<UUgEdFp2|2<`yH)*p5*002BCf8oFHmOAtB!R|#nTkvrChbE%te"
    "({7QckHkDcO|Fh5$hHb^73xt2o_xQm+mtki|QTJ)Y<<61K88yYx;8AN9wWj^z3Lv;_xN&O6;%elJS_{mhXA*xY6?S`r0"
    "!E^81m_*b1@(4e{&(4Eapc?EAg`PxQPBR`2feQ5~4zzsRZ&feACxxek{82ic_%d-){eln?Uujp`!})%76ob_!|q5BmZG"
    "<LTDPs2gzy8qZ<-XaQdRw<F@(8SxAh%kE0T(gnsVRP=NQxAQUXtse#Oj@H@#O9005vl+<ZDaOn#DJv}T_yCLg?e;<zo8"
    "4m7KS*o`i`8jQ*bv0T^c~e2{m$D!mkznc|M?>n`|1%|nf31d1tsC(W$bGhrSPQ5A_VLUsNdrPGWrVSH3QQ4v+NN)G4Tq"
    "^TqlSKuJrq1)b?xSHCyxnYTb5La|i$c%-&t@007=%HuZeyz5<o_#_Zz(Q~9p%cL8nsT+3qm3<nbI;{3SyW9K;g!}rMI`"
    "T7C)QQq(SQ2C?VWc?lcQ^NrGd?Uf!4g&N00025GN#=6z+bwnLz4OB%&gK62nJcp90039}_Umfga8IBCVdLji-ur{}mt7"
    "?Ab<bHxI2(=cQ~$;J!S~_|^XC8nSzf;G?dvvQMf<|Wy((B4Z1%u81MGSAqB{`luJjN-0qPj^5kZXVVe*kjQtpuMN;*mK"
    "Y3=JdNbqayYdKW#spcRynDHyp!YOL~%lB>u1?}tfkNm#&xA8pv(D=XakUHG(ebECr&jgYARQ$H@Ht(!W?(hHrLJj)eNc"
    "+bKTI2u#hX)wrKlJbv!RG(~A6O9V0065{o9tuvUQn;?P~)&ezV_YeZX^%!!03rd_Vc&h`Xf{G_~cnCoAE^1mn}8-arKQ"
    "?p6w~|Q5b&fZ{B=Jw)<7(qE6HIAm6S$$M=EEPBHEYIoRzzKK-T1ZZ=OA+Tap0#PgE$;t!+iko3+UTHkT;V<8^pulDX6d"
    "fTV)Yxgzvz~{H~HuUG;AM=LvirIzqxb{EQUH2jS=+b8abOM~in-NhO6W1yU?EQ7zt_p_wc;kx-I`|&yAPHdiSMNCo8Ta"
    "<`UIo_n=EBSp3onrI@gl$HyZ7)Aj^h#d0w5CG(E8jW7TqTJ3L&fA2J@dJf9b;eStFs_Qv9YQ;Nb%E8v(5O!u3W1P4;v5"
    "Bm+<KA=-xi?fgU54*V$nWdth@)89BH69Itz(*)8Z+u`at&+LR4k`}lH!1vV~Q3e$F+8`wckojXLEdw(C0}@aKLilwam-"
    "QL;L>MIYC-xX5!uHVjqbDl)1^U!0)CR=>q7&v*#_|v+i~mah|2vBXHyPqF2m@*c?->gnf$>lVxiUQEmjxp@kmrsJ<TOg"
    "?s1Q;&5bSaak~pL3Q4VK0EbTiN-aw=CSp>i!X4n7)78~x?CNJdl+WTM+nGQMeG!Tv-(&dH_j~tQb%_;C4Uih{I7ZhvSu"
    "p)`>Uh*0$rtp*YkTgQ#84eZ;kn@i1=MtLuz4tX6qdPeD?KLhu+ay2?z9P)$BnVd|^5$q2V>_GlCloh381n=zIPHb`W)L"
    "GHwCIW$AMZ==e;KvvXzryRNz{Y+kTAsOK>|h_CEtznPcoVE$p9xdGVss~6$Y?1#pQtu=Qgb9h!1BtA?yVU!6U%v!xT?D"
    "%JWbX6g*S#brT*t=JMAG#voeYVGRvBAMTY2p*h*>76qL-`{~67+DS(3PzHlSV(1D6AwTNppal{<Q|S{0zBwi8U=1NUN$"
    "y_`SUY9yb`SYHf9zfm<UUgEhZScr2<`wp)*p5*K@gTY^YA|rMLS#YkOqe)qUM4Qge7<EQ3rP=r{?bz783IEk{t*ZT=Z!"
    "XGarlU<15tJ{{sCd)8T9SjwDCwvGWWQXhh=h+YCzVuj_6OnBJD}hY+~Y^795IGX?VdZ!y>kvIFxD>;eq=v@GoVz5cNay"
    "b4zD5)DxunBYM-st<t)%`LeOmj3xBr4W1h+#Hk-^7eBTBMsH{;16~RY4q^~0t4geDmJJaaR=rwVf$zSq5`)g;@am93>3"
    "@mwms4X#w)A~bO*Qd&k?O31@Lky+5bxbIt{ZK$l}*I%q=M^)DHLni~17@LKd6do+>{`YzK8JX;0V?JUjFq)fxja+d!8N"
    "M>+rbBNPP{5n7q`5&{J!;o+MTYZ#^QTs9&E><d^R;{r1J_8T<=()dji5j`>S_B324hzL>(`(f1fl^Zo%^Z}M4c2;u;gc"
    "rU7mH0Xn;{j9oQV@3mZTh4%V)_gR?i1qtxcHqIIQzr*I34-=0r;;W@B2{sT_j}v9s8|30Qh_(KO+tT^ZSkv+bwnLLkz<"
    "q&gB9JnJcp9mLqUapaGv8=TzSNeG8XeB=CzcSw}b<a}ZPi#rZ!7;tTWV6BIUIMf*NEy((B4lnKB&1MG(iqB{`lQVS410"
    "qW=r5kZXVpAC^mQtogON;*mKmlEqaNbr>tYdKW#R~aBSnDNyu!YOL~H3)771??3JkNm#&Ne(>y(D*?RkUHG(gDwL&&jf"
    "D<RQ$H@$`Gtg?(nz-#|T>F!3*#d!RMU_UQn;?upF>MzV;&)ZX^%!Ko^Ng_VY<1`Xf{G2pd@{oAJCRmn}8-j|z=fp6%BT"
    "Q5b&fks*9Yw)?9ZqE6HI;2^F%$M=6TPBHEY$0zMQKK)xZZZ=OACLa<q#Pe<o;t!+ia0|{KTHlWjV<8^pQ3>uFdfQnKYx"
    "gzvKp404HuM=FAM=Lvb|!`Nxc0#+UH2jS7%gW3bOK~Nn-NhO?I<b<?EQ-)t_p_wh#ZRwI{4xhAPHdisSr5_8TSeeUIo_"
    "n8a>Ps3omdE@gl$HMF{W^j^pnK0w5CGFa_Kq7Twwh3L&fA`V5~Wf9XC1StFs_t^=kd;NkuZ8v(5OJ_<$xP4<llBm+<K-"
    "zA3r?fktd4*V$n1LULrY5HsFe*S3s=;Ph_Yx<Dh!~Sae7vyaNXZrmcqyB07a3RC~YWf%)-T7<!l@@;fX!_|JZ3Ace"
)


def mean_mesh() -> np.ndarray:
    """(478, 3) frontal neutral mean face, outer eye corners 1 apart, x right, y down, z away."""
    numbers = np.frombuffer(base64.b85decode(_MEAN_MESH), "<i2")
    return numbers.reshape(478, 3).astype(np.float64) / 20000
