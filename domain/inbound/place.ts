import Holidays from 'date-holidays'

/** ISO 3166: the three-letter code of each country, followed by its two-letter one. */
const countryCodes =
  `ABW AW AFG AF AGO AO AIA AI ALA AX ALB AL AND AD ARE AE ARG AR ARM AM ASM AS ATG AG AUS AU AUT AT AZE AZ
BDI BI BEL BE BEN BJ BES BQ BFA BF BGD BD BGR BG BHR BH BHS BS BIH BA BLM BL BLR BY BLZ BZ BMU BM BOL BO BRA BR BRB BB BRN BN
BTN BT BWA BW CAF CF CAN CA CHE CH CHL CL CHN CN CIV CI CMR CM COD CD COG CG COK CK COL CO COM KM CPV CV CRI CR CUB CU CUW CW
CYM KY CYP CY CZE CZ DEU DE DJI DJ DMA DM DNK DK DOM DO DZA DZ ECU EC EGY EG ERI ER ESH EH ESP ES EST EE ETH ET FIN FI FJI FJ
FLK FK FRA FR FRO FO FSM FM GAB GA GBR GB GEO GE GGY GG GHA GH GIB GI GIN GN GLP GP GMB GM GNB GW GNQ GQ GRC GR GRD GD GRL GL
GTM GT GUF GF GUM GU GUY GY HKG HK HND HN HRV HR HTI HT HUN HU IDN ID IMN IM IND IN IRL IE IRN IR IRQ IQ ISL IS ISR IL ITA IT
JAM JM JEY JE JOR JO JPN JP KAZ KZ KEN KE KGZ KG KHM KH KIR KI KNA KN KOR KR KWT KW LAO LA LBN LB LBR LR LBY LY LCA LC LIE LI
LKA LK LSO LS LTU LT LUX LU LVA LV MAC MO MAF MF MAR MA MCO MC MDA MD MDG MG MDV MV MEX MX MHL MH MKD MK MLI ML MLT MT MMR MM
MNE ME MNG MN MNP MP MOZ MZ MRT MR MSR MS MTQ MQ MUS MU MWI MW MYS MY MYT YT NAM NA NCL NC NER NE NFK NF NGA NG NIC NI NIU NU
NLD NL NOR NO NPL NP NRU NR NZL NZ OMN OM PAK PK PAN PA PER PE PHL PH PLW PW PNG PG POL PL PRI PR PRK KP PRT PT PRY PY PSE PS
PYF PF QAT QA REU RE ROU RO RUS RU RWA RW SAU SA SDN SD SEN SN SGP SG SHN SH SJM SJ SLB SB SLE SL SLV SV SMR SM SOM SO SPM PM
SRB RS SSD SS STP ST SUR SR SVK SK SVN SI SWE SE SWZ SZ SXM SX SYC SC SYR SY TCA TC TCD TD TGO TG THA TH TJK TJ TKL TK TKM TM
TLS TL TON TO TTO TT TUN TN TUR TR TUV TV TWN TW TZA TZ UGA UG UKR UA URY UY USA US UZB UZ VAT VA VCT VC VEN VE VGB VG VIR VI
VNM VN VUT VU WLF WF WSM WS YEM YE ZAF ZA ZMB ZM ZWE ZW`.split(/\s+/)

const countries = new Map<string, string>()
for (let index = 0; index < countryCodes.length; index += 2) {
  const [long = '', short = ''] = countryCodes.slice(index, index + 2)
  countries.set(long, short).set(short, short)
}
const english = new Intl.DisplayNames('en', { type: 'region' })
for (const code of [...countries.values()]) countries.set((english.of(code) ?? code).toUpperCase(), code)
for (const name of ['U.S.', 'U.S.A.', 'UNITED STATES OF AMERICA']) countries.set(name, 'US')

const states = new Map(
  Object.entries(new Holidays().getStates('US') ?? {}).map(([code, name]) => [name.toUpperCase(), code]),
)

/** A country as ISO 3166 has it in two letters, from two letters, three letters or the English name; else null. */
export function countryCode(text: string): string | null {
  return countries.get(text.trim().toUpperCase()) ?? null
}

/** A state in two capital letters where it is one of the United States by name or letters, else as given. */
export function stateCode(text: string): string {
  const upper = text.trim().toUpperCase()
  return states.get(upper) ?? (/^[A-Z]{2}$/.test(upper) ? upper : text.trim())
}
