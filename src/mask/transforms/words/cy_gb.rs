//! Welsh.

use fake::locales::{CY_GB, Data as _};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts, birds and weather and a place, which nobody has.
pub(super) const SOURCE: Source = Source {
    women: "
    Aeres Alys Aneira Angharad Anwen Arianwen Bethan Branwen Bronwen Cadi Carys Catrin Ceinwen Ceridwen Delyth
    Dilys Efa Eirian Eirlys Eleri Elin Eluned Enfys Erin Esyllt Ffion Fflur Gwawr Gwen Gwenda Gwenllian Gwenno
    Gwerfyl Gwyneth Haf Heledd Lleucu Llinos Lowri Luned Mair Mali Mari Meinir Meinwen Menna Mererid Morfudd
    Myfanwy Nerys Nest Nia Non Olwen Rhiain Rhian Rhiannon Rhonwen Seren Siân Siwan Tegwen Tesni",
    men: "
    Aled Alun Alwyn Aneurin Arwel Arwyn Berwyn Bleddyn Bryn Cadfael Cai Caradog Carwyn Ceri Cledwyn Clwyd Cynan
    Dafydd Deiniol Deri Dewi Dilwyn Dylan Edryd Ednyfed Eifion Einion Eirug Elfed Elgan Elwyn Emlyn Emrys Endaf
    Eurwyn Euros Gareth Geraint Gerallt Gethin Glyn Glyndwr Gruffudd Guto Gwilym Gwion Gwyn Hedd Hefin Huw
    Hywel Ieuan Ifan Ifor Illtud Iolo Iorwerth Islwyn Iwan Llywelyn Llŷr Madog Maldwyn Meilyr Meirion Meurig
    Morgan Myrddin Osian Owain Penri Rhodri Rhun Rhydian Rhys Selwyn Sion Talfryn Tegid Tomos Trefor Tudur",
    given: CY_GB::NAME_FIRST_NAME,
    family: (
        "
        Dyfrgi Barcud Gwiwer Draenog Carlwm Crëyr Glasydorlan Gylfinir Cornchwiglen Ehedydd Tylluan Cudyll
        Mwyalch Bronfraith Titw Dryw Sigl Llinos Cornicyll Morlo Llamhidydd Salamandr Gwenynen Pili Grug Eithin
        Rhedyn Llus Criafol Bedw Helyg Niwl Barrug Enfys Gwlith Copr Llechen Cwarts Ambr Gwawrio",
        "
        nant rhos gors bryn cwm pant llwyn coed maes rhyd ffrwd craig glan traeth ynys allt ogof rhaeadr pwll
        waun foel gam sarn",
    ),
    streets: &["# Stryd @", "# Ffordd @", "# Heol @", "# Lôn @", "# Maes @", "# Rhodfa @"],
    towns: "
    Caerdydd=CF10 1AA; Abertawe=SA1 1DP; Casnewydd=NP20 1UH; Wrecsam=LL11 1AY; Bangor=LL57 1DT;
    Aberystwyth=SY23 2AX; Caernarfon=LL55 1RF; Caerfyrddin=SA31 1GA; Llanelli=SA15 1UF; Merthyr Tudful=CF47 8AF;
    Y Barri=CF63 4RW; Castell-nedd=SA11 1RS; Pontypridd=CF37 4TS; Penarth=CF64 1EB; Dinbych=LL16 3RG;
    Rhuthun=LL15 1AB; Dolgellau=LL40 1PU; Y Bala=LL23 7AD; Machynlleth=SY20 8AA; Aberteifi=SA43 1HJ;
    Hwlffordd=SA61 2AL; Penfro=SA71 4NP; Y Fenni=NP7 5EU; Trefynwy=NP25 3DY; Aberhonddu=LD3 7HP;
    Llandrindod=LD1 5HF; Llangefni=LL77 7RP; Caergybi=LL65 1UR; Conwy=LL32 8LD; Llandudno=LL30 2SY",
    ..Source::EMPTY
};
