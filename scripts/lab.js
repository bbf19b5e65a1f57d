// The lab: real servers are broken in ways whose cause is known, `diagnose` is run against them, and counted.
//   npm run lab [-- --case NAME…] [--record] …     npm run lab -- --help says them all.
const { lab } = await import('../test/lab/run/main.ts')
process.exit(await lab(process.argv.slice(2)))
