import fc from 'fast-check'

// The same inputs on every machine and in every run: a red run can be run again. FUZZ=1 draws new ones.
if (!process.env.FUZZ) fc.configureGlobal({ seed: 502_503_504 })
