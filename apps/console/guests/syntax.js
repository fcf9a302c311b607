// Found where the guest is compiled, never by looking at the text. Line
// and column are yours.
const rows = input ?? []
const total = rows.reduce((sum, { price }) => sum + price, 0
return total
