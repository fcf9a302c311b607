// Untrusted code over real data: the large airports of Europe, in `input`.
// Which pair is closest, and where is the centre of each country's airports?
const EARTH_KM = 6371
const radians = (degrees) => (degrees * Math.PI) / 180

function distanceKm(a, b) {
  const halfLat = Math.sin(radians(b.lat - a.lat) / 2)
  const halfLon = Math.sin(radians(b.lon - a.lon) / 2)
  const cosines = Math.cos(radians(a.lat)) * Math.cos(radians(b.lat))
  return 2 * EARTH_KM * Math.asin(Math.sqrt(halfLat ** 2 + cosines * halfLon ** 2))
}

const pairs = []
for (const [i, a] of input.entries()) {
  for (const b of input.slice(i + 1)) pairs.push({ from: a.iata, to: b.iata, km: Math.round(distanceKm(a, b)) })
}
pairs.sort((a, b) => a.km - b.km)

const byCountry = Map.groupBy(input, ({ iso }) => iso)
const mean = (rows, key) => Number((rows.reduce((sum, row) => sum + row[key], 0) / rows.length).toFixed(2))
const centres = [...byCountry]
  .toSorted(([, a], [, b]) => b.length - a.length)
  .slice(0, 5)
  .map(([iso, rows]) => ({ iso, airports: rows.length, lat: mean(rows, 'lat'), lon: mean(rows, 'lon') }))

console.log(`${input.length} airports, ${pairs.length} pairs`)
return { closest: pairs.slice(0, 3), farthest: pairs.at(-1), centres }
