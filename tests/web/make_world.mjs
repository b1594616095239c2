// SPDX-License-Identifier: Apache-2.0
// Makes daemon/outlet/page/world.json: the outlines of the land, from the TopoJSON of the npm package world-atlas (land-110m.json),
// which is Natural Earth's 1:110m land, in the public domain. Run by hand when the source changes:
//   node make_world.mjs node_modules/world-atlas/land-110m.json > ../../daemon/outlet/page/world.json
// A ring is a list of tenths of degrees: longitude, latitude of its first point, then the step to each further one. Rings go on
// beyond 180 degrees; those that do stand there twice, 360 degrees apart.
import { readFileSync } from 'node:fs';

const TENTHS = 10;
const CLOSE = 0.12; // degrees: a point that lies nearer to the line between its neighbours says nothing

const world = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const { scale, translate } = world.transform;

const arcs = world.arcs.map((arc) => {
    let x = 0, y = 0;
    return arc.map(([dx, dy]) => {
        x += dx;
        y += dy;
        return [x * scale[0] + translate[0], y * scale[1] + translate[1]];
    });
});

function ringOf(indexes) {
    const ring = [];
    for (const index of indexes) {
        const arc = index < 0 ? [...arcs[~index]].reverse() : arcs[index];
        ring.push(...(ring.length ? arc.slice(1) : arc));
    }
    return ring;
}

function distance([x, y], [ax, ay], [bx, by]) {
    const length = Math.hypot(bx - ax, by - ay);
    return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((bx - ax) * (ay - y) - (ax - x) * (by - ay)) / length;
}

// Douglas and Peucker: keeps the ends and whatever lies apart from the line between them.
function simplify(points) {
    let worst = 0, far = 0;
    for (let i = 1; i < points.length - 1; i++) {
        const apart = distance(points[i], points[0], points.at(-1));
        if (apart > worst) {
            worst = apart;
            far = i;
        }
    }
    if (worst <= CLOSE)
        return [points[0], points.at(-1)];
    return [...simplify(points.slice(0, far + 1)), ...simplify(points.slice(far)).slice(1)];
}

// Without jumps at the date line; the ring round the south pole is closed along it.
function unroll(ring) {
    const out = [];
    let turn = 0;
    for (const [lon, lat] of ring) {
        const before = out.at(-1);
        if (before && Math.abs(lon + turn - before[0]) > 180)
            turn += lon + turn > before[0] ? -360 : 360;
        out.push([lon + turn, lat]);
    }
    if (Math.abs(out.at(-1)[0] - out[0][0]) > 180)
        out.push([out.at(-1)[0], -90], [out[0][0], -90], out[0]);
    return out;
}

function copies(ring) {
    const lons = ring.map(([lon]) => lon);
    const shifts = [0, ...(Math.max(...lons) > 180 ? [-360] : []), ...(Math.min(...lons) < -180 ? [360] : [])];
    return shifts.map((shift) => ring.map(([lon, lat]) => [lon + shift, lat]));
}

function pack(ring) {
    const half = ring.length >> 1;
    const kept = [...simplify(ring.slice(0, half + 1)), ...simplify(ring.slice(half)).slice(1)];
    const steps = [];
    let x = 0, y = 0;
    for (const [lon, lat] of kept) {
        const nextX = Math.round(lon * TENTHS), nextY = Math.round(lat * TENTHS);
        if (steps.length && nextX === x && nextY === y)
            continue;
        steps.push(nextX - x, nextY - y);
        x = nextX;
        y = nextY;
    }
    return steps;
}

const polygons = world.objects.land.geometries.flatMap((shape) => (shape.type === 'Polygon' ? [shape.arcs] : shape.arcs));
const rings = polygons.flat().map(ringOf).map(unroll).flatMap(copies).map(pack).filter((ring) => ring.length >= 6);
process.stdout.write(`{"source":"Natural Earth 1:110m land, public domain","unit":"0.1 degree","rings":[\n${rings.map((ring) => JSON.stringify(ring)).join(',\n')}\n]}\n`);
