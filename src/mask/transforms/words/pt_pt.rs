//! Portuguese, Portugal.

use fake::locales::{Data as _, PT_PT};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts and birds and a place, which nobody has.
pub(super) const SOURCE: Source = Source {
    women: "
    Adriana Alexandra Alice Aline Amanda Amélia Ana Andreia Ângela Antónia Aurora Bárbara Beatriz Benedita
    Bianca Bruna Camila Carla Carlota Carolina Catarina Cátia Cecília Célia Clara Cláudia Constança Cristiana
    Cristina Daniela Débora Diana Dulce Eduarda Elisa Elisabete Emília Ester Eva Fabiana Fátima Fernanda Filipa
    Filomena Flávia Francisca Gabriela Glória Graça Helena Inês Irene Isabel Íris Joana Júlia Juliana Laura
    Leonor Letícia Lídia Liliana Luana Lúcia Luísa Lurdes Madalena Mafalda Manuela Mara Márcia Margarida Maria
    Mariana Marisa Marta Matilde Micaela Mónica Natália Olga Olívia Patrícia Paula Raquel Regina Renata Rita
    Rosa Rute Sandra Sara Sílvia Sofia Sónia Susana Tânia Tatiana Teresa Vanessa Vera Verónica Vitória",
    men: "
    Abel Adriano Afonso Alberto Alexandre Alfredo Álvaro Américo André Ângelo António Armando Artur Augusto
    Bernardo Bruno Caetano Carlos César Cláudio Cristiano Daniel David Diego Dinis Diogo Domingos Duarte Edgar
    Eduardo Emanuel Ernesto Estêvão Eugénio Fábio Feliciano Fernando Filipe Flávio Francisco Frederico Gabriel
    Gaspar Gil Gonçalo Guilherme Gustavo Henrique Hugo Ivo Jaime João Joaquim Joel Jorge José Júlio Leandro
    Leonardo Leonel Lourenço Lucas Luís Manuel Marcelo Márcio Marco Mário Martim Mateus Matias Miguel Nelson
    Nuno Octávio Olavo Orlando Óscar Paulo Pedro Rafael Ramiro Raul Renato Ricardo Roberto Rodrigo Rogério
    Rúben Rui Salvador Samuel Santiago Saul Sebastião Sérgio Simão Teodoro Tiago Tomás Valentim Vasco Vicente
    Vítor Xavier",
    given: PT_PT::NAME_FIRST_NAME,
    family: (
        "
        Garça Lontra Poupa Guarda Lince Ouriço Texugo Milhafre Gaivota Cegonha Andorinha Alcião Salamandra
        Libélula Pirilampo Zimbro Urze Alecrim Murta Tojo Esteva Medronho Geada Neblina Aurora Âmbar Quartzo
        Xisto Cobre Arminho Esquilo Falcão Coruja Mocho Abetarda Maçarico Pilrito Corvo Melro Pintassilgo",
        "
        vale penha serra lagoa fraga várzea charco rocha outeiro ribeira duna falésia nascente clareira areal
        gruta encosta planície brejo cume vereda cascata enseada",
    ),
    streets: &["Rua @ #", "Avenida @ #", "Travessa @ #", "Largo @ #", "Praça @ #", "Calçada @ #"],
    towns: "
    Lisboa=1100-148; Porto=4000-322; Braga=4700-030; Coimbra=3000-213; Funchal=9000-018; Setúbal=2900-182;
    Aveiro=3810-086; Évora=7000-508; Faro=8000-078; Viseu=3500-147; Leiria=2400-137; Guimarães=4800-412;
    Viana do Castelo=4900-497; Vila Real=5000-657; Bragança=5300-001; Guarda=6300-689; Covilhã=6200-073;
    Castelo Branco=6000-084; Santarém=2000-118; Tomar=2300-551; Portalegre=7300-126; Beja=7800-463;
    Sines=7520-152; Lagos=8600-315; Tavira=8800-329; Portimão=8500-552; Ponta Delgada=9500-050;
    Angra do Heroísmo=9700-026; Horta=9900-027; Espinho=4500-284; Ovar=3880-233; Lamego=5100-103;
    Chaves=5400-011; Peniche=2520-205; Torres Vedras=2560-281",
    ..Source::EMPTY
};
