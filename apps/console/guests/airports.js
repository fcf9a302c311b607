// Untrusted code over real data: Europe's large airports, in `input`.
// Which are closest, and where is the centre of each country's airports?
const EARTH_KM = 6371
const radians = (degrees) => (degrees * Math.PI) / 180

function distanceKm(a, b) {
  const halfLat = Math.sin(radians(b.lat - a.lat) / 2)
  const halfLon = Math.sin(radians(b.lon - a.lon) / 2)
  const cosines = Math.cos(radians(a.lat)) * Math.cos(radians(b.lat))
  const square = halfLat ** 2 + cosines * halfLon ** 2
  return 2 * EARTH_KM * Math.asin(Math.sqrt(square))
}

const pairs = []
for (const [i, a] of input.entries()) {
  for (const b of input.slice(i + 1)) {
    pairs.push({ from: a.iata, to: b.iata, km: Math.round(distanceKm(a, b)) })
  }
}
pairs.sort((a, b) => a.km - b.km)

const byCountry = Map.groupBy(input, ({ iso }) => iso)
const mean = (numbers) =>
  Number((numbers.reduce((a, b) => a + b, 0) / numbers.length).toFixed(2))
const centres = [...byCountry]
  .toSorted(([, a], [, b]) => b.length - a.length)
  .slice(0, 5)
  .map(([iso, rows]) => ({
    iso,
    airports: rows.length,
    lat: mean(rows.map(({ lat }) => lat)),
    lon: mean(rows.map(({ lon }) => lon)),
  }))

console.log(`${input.length} airports, ${pairs.length} pairs`)
return { closest: pairs.slice(0, 3), farthest: pairs.at(-1), centres }
