"""The triangles of MediaPipe's face mesh as a table, for machines without MediaPipe.

Made from its edges, which it publishes under Apache-2.0; `tests/reenact/geometry/
test_triangle_table.py` holds it to them. Training machines have a packed data file and torch, but
seldom MediaPipe.
"""

from __future__ import annotations

import base64
import zlib

import numpy as np
from numpy.typing import NDArray

_TRIANGLES = (
    "c-k%4d7Mx69>?*|N6|t_DhX*Dt+Yx-k!&e3DMe(N8Zr_wRHVq#SR-pfj4{SGVK%!N+hk{2Bxx5nx3t~5OS!Ml`|<"
    "nZJRhI)J>TE=e9w3JoHJuq(UQ!tq8rgd;)TR+XWC5`UPxS3aaH1S_Owl~@I~V8io07jE=-s~c?*A0X80L)yKS-XB"
    "yO>7xHaKPS})I)u)4?n>Jryg$%S5(lB!<a%d3U*9M!#oy<&?k+=`2>D<#od1&&POuAb><S#`V8!oJwoGVN?T#~R3"
    "5el}4t@#2K@DXHc2J!+&;BhC6?ADe+QEZO5X?XaCE`?>Z!W#@7{>J_b$wX(3D#|XC42-fpTcAnL-uo7_{$}17o^C"
    "*2(rFZ%HR@pjO*oe4;Jwe>a@Ab-dfjw?vL*mD|QkkfcUtm=@3mbYByU^NOcsFr-dyM!ou2$jv9!l=<h8{IOphjuJ"
    "ERWh*9<%r=vlug2RWn$X^9h>Q9>hJEwTrBgrC7KK+a~-GQ|uS~5ihnotr<46me|r3*d<oYCd*@ZnY|;w$H_JeXQ|"
    "{ECDrUwdrN+YZ*jdE(J{{Zau$Az-%?iHYTMWHTg~VQ&1l3UD8J15*=%`S_nWQz9k&`*)8@&eSj*m%U*J5&M~Q3NT"
    "{cI4j&p1-&gFVd&W}?2a%zTO>X%>Yd_K;%KUDe^enni{Ua)leHKx<ID{Q<im1Vfp_G1aN5Jt%dl*E(#f&ap*>@^!"
    "F|AFJ|U7VEg8~ldyt7(6d{2Ke)P#N)1%CE6!>{&SxpS3+W(RSf3+lzZJ$*yG`hS}QT*{sFuDG8G?nU#61U1tx<&Z"
    "-@8XUoDY>c_R#*xJ^p##&s1*V_%0g~@91L5!MFT7>N=4-2u7k{j)AyI1bSdu<9nWxZv@y=^z{#K;9lv|j&-M=<ij"
    "XdKO1J*#hx<yY9)T3`#tt)9jwjPjwB+|0<lEQjHX_PYEOUsgPf_!hg>n#eb>iT!{B6c4b^@H0xHMk=P-a2#$2RQr"
    "J4#+VP1doW#bx(&f0whq@(9{oOPcc{<d7ueXI!~3nNJc><K66>?RR$YCqwAg9AuqQU4W}5sQH;}=?&$XJD<8s@G8"
    "!3rVUV|}5cXNEG5&zKcv5~eCm)R${5*yk>?D6miT*R|B)bln{d3Z`0;S?=C%p8S9SVY_R5x0?r*v7iyBMCQQAvRW"
    ")XsoA*d5X9fPuj$KFpA+RjqGrZ`zeh`nx60|QFCgBY4!m2l6|nJ;y&c#=4!3E@^-X74r3ohv_PwHjh^k4`Z`5@Eh"
    "6f~iVM48ti4C9D{<tz!+4nW)|TTZ<-VV^f;TDK=3~AUU;(>1GH)K{Q5N}nHLm6?a{4M<#o3eAk(R@VyDE<Ij=Fo8"
    "r)zoYQ@+mgwJQpAUZ8!rSG(>I?!_+5V+LlBA-X6_bY~<}WEMuQj(2ky`?rT?Fh+crYV1<hcnM!(AH?36sC7IT2U8"
    "aJF2NFZVjsQrB0Fc2g9fs$!%510L&(3Q$i3mO%Ec$}g#CuUVt?hy$X0)7@2$rb2|v{yJA#K<ap4iQo`LaP1C;|~M"
    "}4Q<`knfBOy|ec%VX;OaYf%_<p0>!$Muy^jO+P22!F?7jMi7;+X>exhrX+~;Lpl6KQk7?8I57u<HI;URgPYu-v6%"
    "FPv8mS;mWil^mK2q$G6KPxSijP)V)S&SB~QNRW(l97<<#k%IP@PHsf^5!5sS-H)GUTrsEUU_y|8D9&b~5tAy|4l7"
    "waI{V#f|PxMqDVbq^$Gc8xY$+c<RWeLWw;(kl?ee<YCjhB7C-beA}m*H7@cP!Gp#5dM_&(U3S>|nx=)#47^!5eLb"
    "#(9Ol=we<^>e_gZcE@{x-hh#V4$-rCmUVi@$c+1NAMpldtqmHb$ZNl0te=Q}*D5U2x8tAqC*Oe)W%_o_&UW2#2j4"
    "mS<uZ?ZFY{8pZR6`_na3ODAQ>=v9(nL%otNqDcu4&?#1ZBD)X&3u<DAglBMbbjED**xM-NIpdQj^Bw$pZ&Y>(}Iw"
    "ExGh@>cRqte<cfw(`BWQ}IsX|5{DI0dMfSSl37S|LiXtBumizRk;NR`A{6Hk`hY(vcD}|7Gt^(!eTG+zv)A|+>D#"
    "O*iTz|-zYbG^tGp-*45M2lXCONeVE+paleSS5WAQ25ppe_;cv)wI70DS;&Ohuzb@C{>pmQZbG;nrYpH!EHN*A#<$"
    "9fu#F2hbr5kXAm*GJy?~i#Wxe+_j!wTM?^%Le|%xMK*z;|pIB{8${JY^UyobAteKe-+I`D-{Z;U?Tf`8l*dP;SHy"
    "-d#rAo$_=2L2oSwU~A980iKQ7z65iyqMyh2e3;>tymEZ=V*_l!xBYp3zTYgHs$RrReGHDFeq6f+Z}C~G@ea<y%6<"
    "W5VFR^zGe*rQor!l+9?rlSlvMHBezjbLSNmYR-`mQF+xlW$gz<M&k;nJ_2UvvhH&q&@adwf{@Fckbll&&Ui4nU<B"
    "NIk>cS<g1OrDl0_=G<z^YLlLDa4m}HLoLkVIALrPbz-W3$c)rsPPa!<f)kI%T;^1U&?4dC3CQo;!fTTyZLOKO?mX"
    "Y)Gt$?!*!VCkKna_om`98sU+5C4XwHwT4}M<+Tg=ji<<4^8k|FZ3)g5hPsE8n7w1wEqdW^^j%stfuMvOWukh!5GE"
    "VT-I2o_>tNd2^Cf>@EUP)Al@zil`w?|&sO^dfNN8wDIN!!;D-!5n1?cN;kNH`B?V3J3cNYYcpJVo4wC#~Zx8O3n7"
    "MmAOBzFQ;GPEWX&=tgRW?fiOdBa`uA#qk!nQLROdWVPN8V+TbvN~>^|o@%%HI#_+3Nz{ZD7dFROdv|y<;>dahSip"
    "L#&#_Bucb>=JsMBzoPsi!(;P`uWDo&*={?>gP-{vg-9-e|zIJ?gq(`FcPGsRKfSoaO5>e^KGW}42YX+KQY`E>2TC"
    "E9O!xC9?y2K!=Pvcdz(3@sSLR&oqRu8#j=gt2p5YVKmJvsEKonW77JVF$#n7@!s089P%J_g;Vt*n^RgN0V_nvX;Y"
    "v%5>exxxLA^;XdWxZMe<%<38-5+!(p3O#AI!oRlzM`>F^FSYKh0TJMYTL>-m!Viy%FlNPIIB|0xr|4P*Ft%|l_<o"
    "wvlTfHmy$dm^>-u(yE?qqx^;cVr~*F64Tut%9?56_><2&8C7r*Pye7mrfE52)R3xQ#ef8MUXLs~0<Zp)A6M{O&p3"
    "tGD)GZ;pMcQR;pCd4E9;!592J9O7eftgpiNFltQDv061&;!5KF9^WD1TR1LZu6n;$PqkW4wGyNLE3`Zgqh{P=oaT"
    "Fp)^wrHb8$t&RhpGdjPHS%n^Mhvmhwd&?M6>#tA~-rmf}+4Im$3|^o)^%_G8R@L<h8Pay26P7;Q#2Ux9JQ$U&=go"
    "~w6Kp4!dhi1MYnZ-KJ?HnkQzaF6dy7*G9wys?}8"
)


def skin_triangles() -> NDArray[np.int32]:
    """(852, 3) sorted vertex indices of the skin; the eyes and the mouth are open."""
    data = zlib.decompress(base64.b85decode(_TRIANGLES))
    return np.frombuffer(data, "<u2").reshape(-1, 3).astype(np.int32)
