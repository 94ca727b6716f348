"""The kernels of bench/kernels.ts as OpenCV and SciPy do them, on one thread, on request.

Reads a line of JSON {"what", "files", "repeat", ...}, does it, answers the processor seconds of one
time and where the result lies. The input is read before the clock starts.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ[name] = "1"

import cv2
import numpy as np
from scipy.spatial import cKDTree

cv2.setNumThreads(1)
kept = {}


def image(asked):
    path = asked["file"]
    if path not in kept:
        shape = [asked["height"], asked["width"], asked["channels"]]
        kept[path] = np.fromfile(path, np.uint8).reshape(shape).squeeze()
    return kept[path]


def dilation(asked):
    radius = asked["radius"]
    offsets = np.arange(-radius, radius + 1)
    disk = (offsets[:, None] ** 2 + offsets[None, :] ** 2 <= radius**2).astype(np.uint8)
    mask = image(asked)
    return lambda: cv2.dilate(mask, disk, borderType=cv2.BORDER_CONSTANT, borderValue=0)


def undistortion(asked):
    pixels = image(asked)
    fx, fy, cx, cy = asked["pinhole"]
    matrix = np.array([[fx, 0, cx], [0, fy, cy], [0, 0, 1]])
    size = (asked["width"], asked["height"])
    lens = np.array(asked["distortion"])
    maps = cv2.initUndistortRectifyMap(matrix, lens, None, matrix, size, cv2.CV_16SC2)
    return lambda: cv2.remap(pixels, maps[0], maps[1], cv2.INTER_LINEAR)


def tree(asked):
    points = np.fromfile(asked["file"], np.float64).reshape(-1, 3)
    return lambda: cKDTree(points, leafsize=asked["leaf"], balanced_tree=asked["balanced"])


work = {"dilation": dilation, "undistortion": undistortion, "tree": tree}
print(json.dumps({"opencv": cv2.__version__, "numpy": np.__version__}), flush=True)
for line in sys.stdin:
    asked = json.loads(line)
    do = work[asked["what"]](asked)
    start = time.process_time()
    for _ in range(asked["repeat"]):
        made = do()
    seconds = (time.process_time() - start) / asked["repeat"]
    if "result" in asked:
        made.tofile(asked["result"])
    print(json.dumps({"seconds": seconds}), flush=True)
