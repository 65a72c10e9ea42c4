//! Portuguese, Brazil.

use fake::locales::{Data as _, PT_BR};

use super::Source;

/// Given names of the `fake` crate and some more; family names of beasts and birds and a place, which nobody has.
pub(super) const SOURCE: Source = Source {
    women: "
    Adriana Alexandra Alice Aline Amanda Amélia Ana Andreia Ângela Antônia Aurora Bárbara Beatriz Benedita
    Bianca Bruna Camila Carla Carlota Carolina Catarina Cátia Cecília Célia Clara Cláudia Constança Cristiana
    Cristina Daniela Débora Diana Dulce Eduarda Elisa Elisabete Emília Ester Eva Fabiana Fátima Fernanda Filipa
    Filomena Flávia Francisca Gabriela Glória Graça Helena Inês Irene Isabel Íris Joana Júlia Juliana Laura
    Leonor Letícia Lídia Liliana Luana Lúcia Luísa Lurdes Madalena Mafalda Manuela Mara Márcia Margarida Maria
    Mariana Marisa Marta Matilde Micaela Mônica Natália Olga Olívia Patrícia Paula Raquel Regina Renata Rita
    Rosa Rute Sandra Sara Sílvia Sofia Sônia Susana Tânia Tatiana Teresa Vanessa Vera Verônica Vitória",
    men: "
    Abel Adriano Afonso Alberto Alexandre Alfredo Álvaro Américo André Ângelo Antônio Armando Artur Augusto
    Bernardo Bruno Caetano Carlos César Cláudio Cristiano Daniel David Diego Dinis Diogo Domingos Duarte Edgar
    Eduardo Emanuel Ernesto Estêvão Eugênio Fábio Feliciano Fernando Filipe Flávio Francisco Frederico Gabriel
    Gaspar Gil Gonçalo Guilherme Gustavo Henrique Hugo Ivo Jaime João Joaquim Joel Jorge José Júlio Leandro
    Leonardo Leonel Lourenço Lucas Luís Manuel Marcelo Márcio Marco Mário Martim Mateus Matias Miguel Nelson
    Nuno Otávio Olavo Orlando Óscar Paulo Pedro Rafael Ramiro Raul Renato Ricardo Roberto Rodrigo Rogério Rúben
    Rui Salvador Samuel Santiago Saul Sebastião Sérgio Simão Teodoro Tiago Tomás Valentim Vasco Vicente Vítor
    Xavier",
    given: PT_BR::NAME_FIRST_NAME,
    family: (
        "
        Sabiá Tucano Jaguatirica Capivara Tamanduá Quati Bemtevi Jacutinga Seriema Maritaca Saíra Gaturamo
        Curicaca Socó Garça Ariranha Lontra Preguiça Tatu Cutia Irara Mico Gralha Pirilampo Libélula Ipê
        Jacarandá Aroeira Buriti Pequi Jabuticaba Pitanga Umbu Neblina Aurora Quartzo Ametista Topázio Cobre
        Orvalho",
        "
        vale penha serra lagoa fraga várzea charco rocha outeiro ribeira duna falésia nascente clareira areal
        gruta encosta planície brejo cume vereda cascata enseada",
    ),
    streets: &["Rua @, #", "Avenida @, #", "Travessa @, #", "Alameda @, #", "Praça @, #"],
    towns: "
    São Paulo=01001-000; Rio de Janeiro=20010-000; Brasília=70040-010; Salvador=40020-000; Fortaleza=60025-100;
    Belo Horizonte=30110-001; Manaus=69005-010; Curitiba=80010-000; Recife=50010-000; Goiânia=74003-010;
    Belém=66010-000; Porto Alegre=90010-000; São Luís=65010-000; Maceió=57020-000; Campo Grande=79002-000;
    Natal=59010-000; Teresina=64000-020; João Pessoa=58010-000; Aracaju=49010-000; Cuiabá=78005-000;
    Florianópolis=88010-000; Vitória=29010-000; Londrina=86010-000; Joinville=89201-000; Campinas=13010-000;
    Santos=11010-000; Sorocaba=18010-000; Uberlândia=38400-000; Juiz de Fora=36010-000; Niterói=24020-000;
    Caxias do Sul=95010-000; Pelotas=96010-000; Blumenau=89010-000; Maringá=87013-000;
    Feira de Santana=44001-000",
    ..Source::EMPTY
};
