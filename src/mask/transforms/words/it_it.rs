//! Italian.

use fake::locales::{Data as _, IT_IT};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts and birds and a place, which nobody has.
pub(super) const SOURCE: Source = Source {
    women: "
    Adele Agnese Alberta Alessandra Alessia Alice Angela Anna Annalisa Antonella Arianna Aurora Barbara
    Beatrice Bianca Camilla Carla Carlotta Carmela Caterina Cecilia Chiara Cinzia Claudia Concetta Cristina
    Daniela Debora Diana Donatella Elena Eleonora Elisa Elisabetta Emanuela Emma Erika Federica Fiorella
    Francesca Gabriella Gaia Ginevra Giovanna Giulia Giuseppina Grazia Greta Ilaria Irene Isabella Laura
    Letizia Lucia Luisa Maddalena Manuela Margherita Maria Marina Marta Martina Michela Monica Nicoletta Noemi
    Ornella Paola Patrizia Raffaella Rebecca Rita Roberta Rosa Rosanna Sara Serena Silvia Simona Sofia Stefania
    Susanna Teresa Tiziana Valentina Valeria Vanessa Veronica Viola Virginia Vittoria",
    men: "
    Adriano Alberto Alessandro Alessio Alfredo Andrea Angelo Antonio Armando Arturo Aurelio Bruno Carlo Carmelo
    Cesare Claudio Corrado Cristiano Daniele Dario Davide Diego Domenico Edoardo Elia Emanuele Emilio Enrico
    Enzo Ettore Eugenio Fabio Fabrizio Federico Ferdinando Filippo Flavio Francesco Franco Gabriele Gaetano
    Gennaro Giacomo Gianluca Gianni Giorgio Giovanni Giuliano Giulio Giuseppe Guido Guglielmo Ivan Jacopo
    Leonardo Livio Lorenzo Luca Luciano Luigi Manuel Marco Mario Massimo Matteo Mattia Maurizio Mauro Michele
    Nicola Nicolò Orlando Oscar Paolo Pasquale Piero Pietro Raffaele Renato Renzo Riccardo Roberto Rocco Romano
    Salvatore Samuele Saverio Sebastiano Sergio Silvio Simone Stefano Tommaso Umberto Valerio Vincenzo Vittorio",
    given: IT_IT::NAME_FIRST_NAME,
    family: (
        "
        Gufo Lince Lontra Airone Upupa Cinciallegra Martinpescatore Ghiro Stambecco Camoscio Ermellino Istrice
        Salamandra Libellula Lucciola Ginepro Betulla Mirtillo Genziana Lavanda Ambra Quarzo Ardesia Rame Brina
        Nebbia Aurora Arcobaleno Cormorano Pavoncella Beccaccia Allodola Rondone Ghiandaia Tasso Donnola Faina
        Scoiattolo Stellalpina Ginestra",
        "
        valle rupe bosco palude guado dirupo dosso poggio stagno forra ripa landa conca sorgente spiaggia duna
        scoglio radura greto altura cascata grotta crinale",
    ),
    streets: &["Via @ #", "Viale @ #", "Piazza @ #", "Corso @ #", "Largo @ #", "Vicolo @ #"],
    towns: "
    Roma=00184; Milano=20121; Napoli=80133; Torino=10121; Palermo=90133; Genova=16121; Bologna=40121;
    Firenze=50122; Bari=70121; Catania=95124; Venezia=30124; Verona=37121; Messina=98122; Padova=35121;
    Trieste=34121; Brescia=25121; Parma=43121; Taranto=74121; Prato=59100; Modena=41121; Reggio Calabria=89125;
    Perugia=06121; Ravenna=48121; Livorno=57123; Cagliari=09124; Foggia=71121; Rimini=47921; Salerno=84121;
    Ferrara=44121; Sassari=07100; Siracusa=96100; Pescara=65121; Bergamo=24121; Vicenza=36100; Trento=38122;
    Bolzano=39100; Ancona=60121; Udine=33100; Lecce=73100; Aosta=11100",
    ..Source::EMPTY
};
