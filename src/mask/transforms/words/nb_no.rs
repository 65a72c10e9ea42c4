//! Norwegian.

use super::Source;

/// Given names that thousands of people share, by the public name statistics; family names of what lives, grows or happens
/// outdoors and a place of the kind that seldom ends a real one.
pub(super) const SOURCE: Source = Source {
    women: "
    Aase Agnes Amalie Andrine Anita Anja Anna Anne Annika Aslaug Astrid Aurora Beate Benedicte Bente Berit
    Birgit Birgitte Bjørg Bodil Borghild Camilla Cathrine Cecilie Christine Dagny Eirin Eli Elin Eline
    Elisabeth Ella Ellen Elsa Emilie Emma Eva Frida Gerd Grete Gro Gudrun Gunhild Gunn Guro Hanna Hanne Hedda
    Hege Heidi Helene Helga Henriette Hilde Ida Inga Inger Ingebjørg Ingeborg Ingrid Ingvild Irene Iselin
    Johanne Jorunn Julie Kaja Kari Karin Karoline Kjersti Kristin Kristine Lena Line Linn Lise Liv Magnhild
    Maja Malin Maren Margit Mari Maria Marianne Marit Marte Mathilde Mette Mia Mona Monica Nina Nora Oline
    Ragna Ragnhild Randi Rannveig Reidun Sara Sigrid Silje Siri Sissel Sofie Solveig Stine Sunniva Synne
    Synnøve Thea Therese Tone Torhild Torill Torunn Trine Turid Tuva Unni Vibeke Vigdis Vilde Wenche Åse Åshild",
    men: "
    Aksel Alf Amund Anders Andreas Are Arild Arne Arvid Asbjørn Asle Atle Audun Bendik Birger Bjarne Bjørn
    Brage Dag Dagfinn Daniel David Edvard Egil Eilif Einar Eirik Eivind Emil Endre Erik Erlend Erling Espen
    Even Filip Finn Fredrik Frode Geir Gjermund Gunnar Halvor Hans Harald Hauk Helge Henrik Herman Håkon Håvard
    Idar Ivar Iver Jakob Jan Jens Joakim Johan Jon Jonas Jostein Jørgen Kim Kjell Kjetil Knut Kristian
    Kristoffer Kåre Lars Leif Magne Magnus Marius Martin Mikkel Morten Nils Odd Oddvar Ola Olav Ole Oscar Oskar
    Per Petter Reidar Roar Rolf Rune Sigurd Simen Sindre Sivert Snorre Stein Steinar Stian Stig Svein Sverre
    Terje Thomas Thor Tobias Tom Tor Torbjørn Tore Torgeir Trond Trygve Ulf Vegard Vidar Yngve Øivind Ørjan
    Øystein Øyvind Åge Åsmund",
    family: (
        "
        Rype Gaupe Frost Skarv Lom Molte Sølv Ravne Tiur Røye Ørne Bever Jerv Måke Terne Trane Lerke Spove Orre
        Ugle Falke Tytte Torv Rogne Hegge Selje Einer Kvann Tyri Morild Nordlys Rim Skodde Vinter Høst Kobber
        Skifer Kvarts Glimmer Rav Regnbue Myrull Blåveis Nattravn Villrein",
        "
        tjern myr tind foss skar kulp ur egg vidde odde holme grunn stup rygg glenne kvern slette botn skjær
        fonn lon bekk",
    ),
    streets: &["@veien #", "@gata #", "@stien #", "@bakken #", "@svingen #", "@kroken #", "@tunet #", "@ allé #"],
    towns: "
    Oslo=0155; Bergen=5014; Trondheim=7011; Stavanger=4006; Kristiansand=4611; Tromsø=9008; Drammen=3015;
    Fredrikstad=1606; Sandnes=4306; Skien=3724; Ålesund=6002; Sandefjord=3210; Haugesund=5527; Tønsberg=3110;
    Moss=1531; Bodø=8006; Arendal=4836; Hamar=2317; Larvik=3256; Halden=1771; Lillehammer=2609; Molde=6413;
    Harstad=9405; Kongsberg=3611; Gjøvik=2815; Horten=3187; Kristiansund=6508; Narvik=8514; Elverum=2406;
    Steinkjer=7713; Alta=9510; Hønefoss=3510; Levanger=7600; Namsos=7800; Grimstad=4876; Egersund=4370;
    Notodden=3674; Florø=6900; Førde=6800; Mandal=4513; Kragerø=3770; Risør=4950; Røros=7374; Voss=5700;
    Stord=5411; Kirkenes=9900; Hammerfest=9600; Vadsø=9800; Svolvær=8300; Mosjøen=8656",
    ..Source::EMPTY
};

/// More given names to look for in text, of people who live in Norway; never given to a made-up person.
pub(super) const GIVEN_SELDOM: &str = "
    Abdi Agata Agnieszka Ahmed Aisha Ali Amina Amir Andrzej Asad Asta Ayan Azra Bartosz Birk Bilal Bjørnar
    Dragan Dusan Ebba Elif Emine Fahad Farah Fatima Gjertrud Goran Grzegorz Halima Hassan Hussein Ibrahim Imran
    Iqra Ismail Iwona Jasmin Jasmina Jelena Jovan Katarzyna Khadija Krzysztof Leah Lillian Ludvig Magdalena
    Mahmoud Maryam Mateusz Mehmet Milan Milica Mirsad Mohamed Mohammad Mohammed Muhammad Mustafa Nikola Nusrat
    Omar Osman Piotr Rashid Sadia Samira Selma Sigve Snezana Sondre Storm Tiril Tomasz Usman Vetle Wojciech
    Yasmin Yusuf Zainab Zofia Ådne";
