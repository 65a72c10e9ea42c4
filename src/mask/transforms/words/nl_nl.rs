//! Dutch.

use fake::locales::{Data as _, NL_NL};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts and birds and a place, without the particles of real
/// ones.
pub(super) const SOURCE: Source = Source {
    women: "
    Agnes Alida Amber Anita Anke Anna Anne Anneke Annemarie Anouk Astrid Barbara Bianca Brigitte Carolien
    Catharina Charlotte Chantal Christina Corrie Daphne Debora Dieuwke Eline Elisabeth Ellen Elly Els Emma
    Esther Eva Evelien Femke Fleur Floor Froukje Geertje Gerda Greet Hanneke Hanna Heleen Helena Hendrika Henny
    Hilde Ilse Ineke Inge Ingrid Irene Iris Isa Janneke Jacoba Jantje Johanna Jolanda Josephine Judith Julia
    Karin Kim Laura Lieke Lies Linda Lisa Lisanne Loes Lotte Maaike Margriet Maria Marieke Marijke Marion
    Marjan Marjolein Marleen Marloes Martine Merel Mieke Mirjam Monique Nienke Noor Petra Renate Ria Roos Sanne
    Saskia Sophie Suzanne Tessa Tineke Truus Wilhelmina Willemijn Wilma Yvonne",
    men: "
    Aart Abel Adriaan Albert Alexander André Anton Arend Arie Arjan Arnold Bart Bas Bastiaan Ben Bernard
    Boudewijn Bram Casper Christiaan Cor Cornelis Daan Daniël David Dennis Dirk Eduard Edwin Egbert Erik Evert
    Ferdinand Floris Frank Frans Frederik Freek Geert Gerard Gerben Gerrit Gijs Guus Hans Harm Harry Hendrik
    Henk Herman Hessel Hugo Huub Jaap Jacob Jan Jasper Jelle Jeroen Jochem Johan Johannes Joop Joost Joris
    Jurgen Kees Klaas Koen Lars Leendert Leo Lex Lodewijk Luuk Maarten Marcel Marinus Mark Marnix Martijn
    Matthijs Maurits Menno Michiel Niels Olivier Paul Peter Piet Pieter Reinier Remco Rik Rob Robert Roel
    Ronald Ruben Rutger Ruud Sander Sebastiaan Sjoerd Stefan Stijn Teun Theo Thijs Thomas Tijmen Tim Tobias
    Vincent Wessel Willem Wim Wouter",
    given: NL_NL::NAME_FIRST_NAME,
    family: (
        "
        Bever Reiger Lepelaar Grutto Wulp Kievit Roerdomp Ijsvogel Wezel Egel Otter Hermelijn Salamander Libel
        Glimworm Barnsteen Leisteen Koper Rijp Nevel Regenboog Noorderlicht Jeneverbes Gagel Zonnedauw
        Dotterbloem Wollegras Bosuil Steenuil Kerkuil Goudvink Putter Winterkoning Rietzanger Karekiet
        Boomklever Spreeuw Fuut Aalscholver Tapuit",
        "
        veen duin kreek plas heuvel bosje wad schor hoeve weide ven dal kil geul terp bron kliffen ree zoom
        slenk griend kolk schaar",
    ),
    streets: &["@straat #", "@laan #", "@weg #", "@plein #", "@gracht #", "@kade #", "@hof #"],
    towns: "
    Amsterdam=1012 AB; Rotterdam=3011 AD; Den Haag=2511 BT; Utrecht=3511 CE; Eindhoven=5611 AZ;
    Groningen=9711 LM; Tilburg=5038 EA; Almere=1315 HR; Breda=4811 DJ; Nijmegen=6511 PP; Apeldoorn=7311 KZ;
    Haarlem=2011 RD; Enschede=7511 HN; Arnhem=6811 DG; Amersfoort=3811 LM; Zaanstad=1506 MZ; Zwolle=8011 PK;
    Leiden=2311 EZ; Maastricht=6211 CM; Dordrecht=3311 GH; Ede=6711 DD; Leeuwarden=8911 HH; Alkmaar=1811 KH;
    Emmen=7811 GC; Delft=2611 GC; Deventer=7411 KT; Sittard=6131 EP; Helmond=5701 HD; Hilversum=1211 EX;
    Heerlen=6411 TE; Gouda=2801 JN; Assen=9401 HK; Middelburg=4331 BG; Roermond=6041 EM; Venlo=5911 HJ;
    Hoorn=1621 AK; Vlissingen=4381 ES; Zutphen=7201 AN; Lelystad=8232 WN; Kampen=8261 ES",
    ..Source::EMPTY
};
