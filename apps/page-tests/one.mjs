import { KitPages } from './src/kit-page.ts'
const [engine, ...ids] = process.argv.slice(2)
const pages = await KitPages.open(engine)
const page = await pages.page()
for (const id of ids) {
  const t = Date.now()
  const v = await page.evaluate((x) => kit.attack(x), id)
  console.log(id, v.standing, JSON.stringify(v.against), JSON.stringify(v.endings).slice(0, 200), Date.now() - t)
}
await pages.close()
