// The untrusted code of the tour. `input` is the list of airports; `countryName` is a function of the host.
const EARTH_KM = 6371

const radians = (degrees) => (Number(degrees) * Math.PI) / 180

function distanceKm(a, b) {
  const [lat1, lat2] = [radians(a.lat), radians(b.lat)]
  const halfLat = Math.sin((lat2 - lat1) / 2)
  const halfLon = Math.sin((radians(b.lon) - radians(a.lon)) / 2)
  return 2 * EARTH_KM * Math.asin(Math.sqrt(halfLat ** 2 + Math.cos(lat1) * Math.cos(lat2) * halfLon ** 2))
}

const count = (rows, key) => {
  const counts = new Map()
  for (const row of rows) counts.set(row[key], (counts.get(row[key]) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
}

async function summary() {
  const open = input.filter(({ status, type, name }) => status === 1 && type === 'airport' && name)
  const placed = open.filter(({ lat, lon }) => lat && lon)
  const large = placed.filter(({ size }) => size === 'large')

  const here = large.find(({ iata }) => iata === 'AMS')
  const byDistance = large
    .filter((other) => other !== here)
    .map((other) => ({ iata: other.iata, name: other.name, km: Math.round(distanceKm(here, other)) }))
    .sort((a, b) => a.km - b.km || (a.iata < b.iata ? -1 : 1))

  const northernmost = placed.reduce((best, row) => (Number(row.lat) > Number(best.lat) ? row : best))
  const words = new Map()
  for (const { name } of open) {
    for (const word of name.toLowerCase().match(/\p{L}{4,}/gu) ?? []) words.set(word, (words.get(word) ?? 0) + 1)
  }

  const countries = []
  for (const [iso, airports] of count(open, 'iso').slice(0, 5)) countries.push({ country: await countryName(iso), airports })

  return {
    rows: input.length,
    open: open.length,
    continents: Object.fromEntries(count(open, 'continent')),
    countries,
    nearestToAmsterdam: byDistance[0],
    farthestFromAmsterdam: byDistance.at(-1),
    northernmost: northernmost.name,
    commonWords: [...words].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, 5),
  }
}

// oxlint-disable-next-line typescript/no-floating-promises -- what a script ends with is its value, and is awaited
summary()
