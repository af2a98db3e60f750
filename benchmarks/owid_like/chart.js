// A line chart of the same numbers, made as pages of that kind are: a state that is observed, drawn by React, scaled by d3.
import * as d3 from "d3"
import { makeAutoObservable } from "mobx"
import { observer } from "mobx-react"
import { createElement as make } from "react"
import { createRoot } from "react-dom/client"

const [wide, high] = [1000, 460]
const edge = { top: 30, right: 150, bottom: 30, left: 50 }

class State {
    data = null
    constructor() {
        makeAutoObservable(this)
    }
}

function drawing({ columns, rows }) {
    const times = rows.map((row) => new Date(row[0]))
    const x = d3.scaleTime(d3.extent(times), [edge.left, wide - edge.right])
    const y = d3.scaleLinear([0, 1], [high - edge.bottom, edge.top])
    const names = columns.slice(1)
    const colour = d3.scaleOrdinal(names, ["#A63A1E", "#1F66AD", "#4C9F70", "#B8860B", "#4D4D4D"])
    const grid = y.ticks(5).map((tick) =>
        make("g", { key: tick },
            make("line", { x1: edge.left, x2: wide - edge.right, y1: y(tick), y2: y(tick), stroke: "#ddd" }),
            make("text", { x: edge.left - 8, y: y(tick) + 4, textAnchor: "end" }, d3.format(".0%")(tick))))
    const dates = x.ticks(5).map((tick) =>
        make("text", { key: +tick, x: x(tick), y: high - 8, textAnchor: "middle" }, d3.timeFormat("%b %Y")(tick)))
    const lines = names.map((name, place) => {
        const points = rows.map((row, at) => [times[at], row[place + 1]]).filter((point) => point[1] !== null)
        const last = points[points.length - 1]
        const path = d3.line((point) => x(point[0]), (point) => y(point[1]))(points)
        return make("g", { key: name },
            make("path", { className: "line", d: path, fill: "none", stroke: colour(name), strokeWidth: 2.4 }),
            make("text", { x: x(last[0]) + 8, y: y(last[1]) + 4, fill: colour(name) }, name))
    })
    return make("svg", { viewBox: `0 0 ${wide} ${high}`, role: "img" }, grid, dates, lines)
}

const state = new State()
const Chart = observer(() => (state.data ? drawing(state.data) : make("p", null, "Loading")))
createRoot(document.getElementById("chart")).render(make(Chart))
fetch("data.json").then((answer) => answer.json()).then((data) => (state.data = data))
