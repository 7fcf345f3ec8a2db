//! The 435 banks: the ones most people know, and district and town co-operative banks made up from the names of places.

use std::{collections::HashMap, sync::LazyLock};

use bytes::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

/// One bank of the list.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Bank {
    /// The short name that other operations take.
    pub(super) name: String,
    #[serde(rename = "fullName")]
    full_name: String,
    #[serde(rename = "npciCode")]
    npci_code: String,
    #[serde(rename = "logoUrl")]
    logo_url: String,
    /// Whether statements may be uploaded. The odd spelling of this member and the next is the documented one.
    #[serde(rename = "isPdfUpload_available")]
    pub(super) takes_statements: bool,
    #[serde(rename = "isNetBanking_available")]
    has_net_banking: bool,
    #[serde(rename = "isAaAvailable")]
    has_account_aggregator: bool,
}

#[derive(Serialize)]
struct BankList<'a> {
    count: usize,
    banks: &'a [Bank],
}

static BANKS: LazyLock<Vec<Bank>> = LazyLock::new(|| well_known().chain(co_operative()).collect());

static BY_NAME: LazyLock<HashMap<&'static str, &'static Bank>> =
    LazyLock::new(|| BANKS.iter().map(|bank| (bank.name.as_str(), bank)).collect());

static LIST: LazyLock<Bytes> = LazyLock::new(|| {
    let list = BankList { count: BANKS.len(), banks: &BANKS };
    serde_json::to_vec(&list).unwrap_or_default().into()
});

/// The list as it goes over the wire, made once.
pub(super) fn list() -> Bytes {
    LIST.clone()
}

/// The list as the data of an envelope.
pub(super) fn as_data() -> Value {
    json!(BankList { count: BANKS.len(), banks: &BANKS })
}

/// The bank of that name.
pub(super) fn find(name: &str) -> Option<&'static Bank> {
    BY_NAME.get(name).copied()
}

fn well_known() -> impl Iterator<Item = Bank> {
    WELL_KNOWN.lines().filter_map(|line| {
        let mut columns = line.split('|');
        let (name, full_name, npci_code) = (columns.next()?, columns.next()?, columns.next()?);
        let channels = if name == "SBI" { Channels::AllButAggregator } else { Channels::All };
        Some(bank(name.to_owned(), full_name.to_owned(), npci_code.to_owned(), channels))
    })
}

fn co_operative() -> impl Iterator<Item = Bank> {
    PLACES.split_whitespace().enumerate().flat_map(|(row, place)| {
        KINDS.iter().enumerate().map(move |(column, (short, long))| {
            let channels = if column == 1 { Channels::NetBankingOnly } else { Channels::StatementsOnly };
            let number = row * KINDS.len() + column;
            bank(format!("{} {short}", place.to_uppercase()), format!("{place} {long}"), code_of(number), channels)
        })
    })
}

/// How a bank's statements can be had.
#[derive(Debug, Clone, Copy)]
enum Channels {
    All,
    AllButAggregator,
    NetBankingOnly,
    StatementsOnly,
}

fn bank(name: String, full_name: String, npci_code: String, channels: Channels) -> Bank {
    let slug = name.to_lowercase().replace(' ', "_");
    let (takes_statements, has_net_banking, has_account_aggregator) = match channels {
        Channels::All => (true, true, true),
        Channels::AllButAggregator => (true, true, false),
        Channels::NetBankingOnly => (false, true, false),
        Channels::StatementsOnly => (true, false, false),
    };
    Bank {
        name,
        full_name,
        npci_code,
        logo_url: format!("https://s3.ap-south-1.amazonaws.com/finbox-cdn/bank_logos/{slug}_light.png"),
        takes_statements,
        has_net_banking,
        has_account_aggregator,
    }
}

/// A four letter code that no bank below has: theirs do not begin with Z.
fn code_of(number: usize) -> String {
    let letter = |power: usize| char::from(b'A' + u8::try_from(number / power % 26).unwrap_or(0));
    ['Z', letter(676), letter(26), letter(1)].iter().collect()
}

/// The kinds of co-operative bank that every place below has.
const KINDS: [(&str, &str); 3] = [
    ("DCCB", "District Central Co-operative Bank"),
    ("UCB", "Urban Co-operative Bank"),
    ("NSB", "Nagarik Sahakari Bank"),
];

const WELL_KNOWN: &str = "\
SBI|State Bank of India|SBIN
ICICI|ICICI|ICIC
HDFC|HDFC Bank|HDFC
AXIS|Axis Bank|UTIB
KOTAK|Kotak Mahindra Bank|KKBK
PNB|Punjab National Bank|PUNB
BOB|Bank of Baroda|BARB
CANARA|Canara Bank|CNRB
UNION|Union Bank of India|UBIN
BOI|Bank of India|BKID
CENTRAL|Central Bank of India|CBIN
INDIAN|Indian Bank|IDIB
IOB|Indian Overseas Bank|IOBA
UCO|UCO Bank|UCBA
BOM|Bank of Maharashtra|MAHB
PSB|Punjab and Sind Bank|PSIB
IDBI|IDBI Bank|IBKL
YES|Yes Bank|YESB
INDUSIND|IndusInd Bank|INDB
IDFC|IDFC First Bank|IDFB
FEDERAL|Federal Bank|FDRL
SOUTH INDIAN|South Indian Bank|SIBL
RBL|RBL Bank|RATN
BANDHAN|Bandhan Bank|BDBL
KARNATAKA|Karnataka Bank|KARB
KVB|Karur Vysya Bank|KVBL
CUB|City Union Bank|CIUB
TMB|Tamilnad Mercantile Bank|TMBL
DCB|DCB Bank|DCBL
CSB|CSB Bank|CSBK
JK|Jammu and Kashmir Bank|JAKA
DHANLAXMI|Dhanlaxmi Bank|DLXB
NAINITAL|Nainital Bank|NTBL
AU|AU Small Finance Bank|AUBL
EQUITAS|Equitas Small Finance Bank|ESFB
UJJIVAN|Ujjivan Small Finance Bank|UJVN
JANA|Jana Small Finance Bank|JSFB
ESAF|ESAF Small Finance Bank|ESMF
SURYODAY|Suryoday Small Finance Bank|SURY
UTKARSH|Utkarsh Small Finance Bank|UTKS
CAPITAL|Capital Small Finance Bank|CLBL
NORTH EAST|North East Small Finance Bank|NESF
SHIVALIK|Shivalik Small Finance Bank|SMCB
UNITY|Unity Small Finance Bank|UNBA
AIRTEL|Airtel Payments Bank|AIRP
IPPB|India Post Payments Bank|IPOS
FINO|Fino Payments Bank|FINO
JIO|Jio Payments Bank|JIOP
NSDL|NSDL Payments Bank|NSPB
CITI|Citibank|CITI
HSBC|HSBC Bank|HSBC
SCB|Standard Chartered Bank|SCBL
DBS|DBS Bank India|DBSS
DEUTSCHE|Deutsche Bank|DEUT
SARASWAT|Saraswat Co-operative Bank|SRCB
COSMOS|Cosmos Co-operative Bank|COSB
SVC|SVC Co-operative Bank|SVCB
TJSB|TJSB Sahakari Bank|TJSB
ABHYUDAYA|Abhyudaya Co-operative Bank|ABHY
KALUPUR|Kalupur Commercial Co-operative Bank|KCCB";

const PLACES: &str = "\
Agra Ahmedabad Ahmednagar Ajmer Akola Aligarh Allahabad Alwar Ambala Amravati Amritsar Anand Anantapur Asansol Aurangabad
Azamgarh Badaun Bagalkot Bahraich Balaghat Banda Banswara Bareilly Baramati Bardhaman Barmer Bastar Bathinda Beed Belagavi
Bellary Betul Bhandara Bharatpur Bharuch Bhavnagar Bhilwara Bhiwani Bhopal Bidar Bijapur Bijnor Bikaner Bilaspur Buldhana
Bundi Chandrapur Chhindwara Chitradurga Chittoor Chittorgarh Churu Coimbatore Cuddalore Cuttack Darbhanga Davangere Dehradun
Deoria Dewas Dhar Dharmapuri Dharwad Dhule Dindigul Dungarpur Durg Erode Etah Etawah Faridabad Faridkot Fatehpur Fazilka
Firozpur Gadchiroli Gandhinagar Gaya Ghazipur Godhra Gonda Gondia Gorakhpur Gulbarga Guna Guntur Gurdaspur Gwalior Hamirpur
Hardoi Hassan Haveri Hisar Hooghly Hoshangabad Hoshiarpur Howrah Indore Jabalpur Jaipur Jaisalmer Jalandhar Jalgaon Jalna
Jalore Jamnagar Jaunpur Jhabua Jhalawar Jhansi Jind Jodhpur Junagadh Kadapa Kaithal Kangra Kanpur Kapurthala Karimnagar
Karnal Khammam Khandwa Khargone Kheda Kolar";
