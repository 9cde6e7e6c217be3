/*! Polish stemmer of Snowball 3.1.1, https://snowballstem.org/, licence BSD-3-Clause.
   The algorithm and its tables are those of polish_stemmer.py in snowballstemmer 3.1.1, put into
   JavaScript by us, since Snowball 3.0.1 has none in JavaScript; base-stemmer.js, compressed, is
   Snowball 3.0.1's as it is in Sphinx 9.0.4 (search/minified-js). See README.md beside this file.

   Copyright (c) 2001, Dr Martin Porter
   Copyright (c) 2004,2005, Richard Boulton
   Copyright (c) 2013, Yoshiki Shibukawa
   Copyright (c) 2006-2025, Olly Betts
   All rights reserved.

   Redistribution and use in source and binary forms, with or without modification, are permitted
   provided that the following conditions are met:

   1. Redistributions of source code must retain the above copyright notice, this list of
      conditions and the following disclaimer.
   2. Redistributions in binary form must reproduce the above copyright notice, this list of
      conditions and the following disclaimer in the documentation and/or other materials provided
      with the distribution.
   3. Neither the name of the Snowball project nor the names of its contributors may be used to
      endorse or promote products derived from this software without specific prior written
      permission.

   THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR
   IMPLIED WARRANTIES, INCLUDING, BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND
   FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE COPYRIGHT OWNER OR
   CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
   DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE,
   DATA, OR PROFITS; OR BUSINESS INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY,
   WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE) ARISING IN ANY
   WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE. */
(() => {
var BaseStemmer;
BaseStemmer=function(){this.current="",this.cursor=0,this.limit=0,this.limit_backward=0,this.bra=0,this.ket=0,this.setCurrent=function(t){this.current=t,this.cursor=0,this.limit=this.current.length,this.limit_backward=0,this.bra=this.cursor,this.ket=this.limit},this.getCurrent=function(){return this.current},this.copy_from=function(t){this.current=t.current,this.cursor=t.cursor,this.limit=t.limit,this.limit_backward=t.limit_backward,this.bra=t.bra,this.ket=t.ket},this.in_grouping=function(t,r,i){return!(this.cursor>=this.limit||i<(i=this.current.charCodeAt(this.cursor))||i<r||0==(t[(i-=r)>>>3]&1<<(7&i))||(this.cursor++,0))},this.go_in_grouping=function(t,r,i){for(;this.cursor<this.limit;){var s=this.current.charCodeAt(this.cursor);if(i<s||s<r)return!0;if(0==(t[(s-=r)>>>3]&1<<(7&s)))return!0;this.cursor++}return!1},this.in_grouping_b=function(t,r,i){return!(this.cursor<=this.limit_backward||i<(i=this.current.charCodeAt(this.cursor-1))||i<r||0==(t[(i-=r)>>>3]&1<<(7&i))||(this.cursor--,0))},this.go_in_grouping_b=function(t,r,i){for(;this.cursor>this.limit_backward;){var s=this.current.charCodeAt(this.cursor-1);if(i<s||s<r)return!0;if(0==(t[(s-=r)>>>3]&1<<(7&s)))return!0;this.cursor--}return!1},this.out_grouping=function(t,r,i){return!(this.cursor>=this.limit)&&(i<(i=this.current.charCodeAt(this.cursor))||i<r||0==(t[(i-=r)>>>3]&1<<(7&i)))&&(this.cursor++,!0)},this.go_out_grouping=function(t,r,i){for(;this.cursor<this.limit;){var s=this.current.charCodeAt(this.cursor);if(s<=i&&r<=s&&0!=(t[(s-=r)>>>3]&1<<(7&s)))return!0;this.cursor++}return!1},this.out_grouping_b=function(t,r,i){return!(this.cursor<=this.limit_backward)&&(i<(i=this.current.charCodeAt(this.cursor-1))||i<r||0==(t[(i-=r)>>>3]&1<<(7&i)))&&(this.cursor--,!0)},this.go_out_grouping_b=function(t,r,i){for(;this.cursor>this.limit_backward;){var s=this.current.charCodeAt(this.cursor-1);if(s<=i&&r<=s&&0!=(t[(s-=r)>>>3]&1<<(7&s)))return!0;this.cursor--}return!1},this.eq_s=function(t){return!(this.limit-this.cursor<t.length||this.current.slice(this.cursor,this.cursor+t.length)!=t||(this.cursor+=t.length,0))},this.eq_s_b=function(t){return!(this.cursor-this.limit_backward<t.length||this.current.slice(this.cursor-t.length,this.cursor)!=t||(this.cursor-=t.length,0))},this.find_among=function(t){for(var r=0,i=t.length,s=this.cursor,h=this.limit,e=0,n=0,c=!1;;){for(var u=r+(i-r>>>1),o=0,a=e<n?e:n,l=t[u],f=a;f<l[0].length;f++){if(s+a==h){o=-1;break}if(0!=(o=this.current.charCodeAt(s+a)-l[0].charCodeAt(f)))break;a++}if(o<0?(i=u,n=a):(r=u,e=a),i-r<=1){if(0<r)break;if(i==r)break;if(c)break;c=!0}}do{if(e>=(l=t[r])[0].length){if(this.cursor=s+l[0].length,l.length<4)return l[2];var g=l[3](this);if(this.cursor=s+l[0].length,g)return l[2]}}while(0<=(r=l[1]));return 0},this.find_among_b=function(t){for(var r=0,i=t.length,s=this.cursor,h=this.limit_backward,e=0,n=0,c=!1;;){for(var u,o=r+(i-r>>1),a=0,l=e<n?e:n,f=(u=t[o])[0].length-1-l;0<=f;f--){if(s-l==h){a=-1;break}if(0!=(a=this.current.charCodeAt(s-1-l)-u[0].charCodeAt(f)))break;l++}if(a<0?(i=o,n=l):(r=o,e=l),i-r<=1){if(0<r)break;if(i==r)break;if(c)break;c=!0}}do{if(e>=(u=t[r])[0].length){if(this.cursor=s-u[0].length,u.length<4)return u[2];var g=u[3](this);if(this.cursor=s-u[0].length,g)return u[2]}}while(0<=(r=u[1]));return 0},this.replace_s=function(t,r,i){var s=i.length-(r-t);return this.current=this.current.slice(0,t)+i+this.current.slice(r),this.limit+=s,this.cursor>=r?this.cursor+=s:this.cursor>t&&(this.cursor=t),s},this.slice_check=function(){return!(this.bra<0||this.bra>this.ket||this.ket>this.limit||this.limit>this.current.length)},this.slice_from=function(t){var r=!1;return this.slice_check()&&(this.replace_s(this.bra,this.ket,t),r=!0),r},this.slice_del=function(){return this.slice_from("")},this.insert=function(t,r,i){r=this.replace_s(t,r,i);t<=this.bra&&(this.bra+=r),t<=this.ket&&(this.ket+=r)},this.slice_to=function(){var t="";return t=this.slice_check()?this.current.slice(this.bra,this.ket):t},this.assign_to=function(){return this.current.slice(0,this.limit)}};
class PolishStemmer {
  stemWord(word) {
    const base = new BaseStemmer();
    base.setCurrent(word);
    stem(base);
    return base.getCurrent();
  }
}

const VOWELS = [17, 65, 16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 16, 0, 0, 1]; // bits, from "a"
const [FIRST, LAST] = [97, 281];
let p1 = 0; // where the region R1 begins
const inR1 = (base) => p1 <= base.cursor;

const CONDITIONALS = [
    ["byście",-1,1], ["bym",-1,1], ["by",-1,1], ["byśmy",-1,1], ["byś",-1,1]
  ];
const PARTICIPLES = [
    ["ąc",-1,1], ["ając",0,1], ["sząc",0,2], ["sz",-1,1], ["iejsz",3,1]
  ];
const ENDINGS = [
    ["a",-1,1,inR1], ["ąca",0,1], ["ająca",1,1], ["sząca",1,2], ["ia",0,1,inR1], ["sza",0,1],
    ["iejsza",5,1], ["ała",0,1], ["iała",7,1], ["iła",0,1], ["ąc",-1,1], ["ając",10,1],
    ["e",-1,1,inR1], ["ące",12,1], ["ające",13,1], ["szące",13,2], ["ie",12,1,inR1], ["cie",16,1],
    ["acie",17,1], ["ecie",17,1], ["icie",17,1], ["ajcie",17,1], ["liście",17,4],
    ["aliście",22,1], ["ieliście",22,1], ["iliście",22,1], ["łyście",17,4], ["ałyście",26,1],
    ["iałyście",27,1], ["iłyście",26,1], ["sze",12,1], ["iejsze",30,1], ["ach",-1,1,inR1],
    ["iach",32,1,inR1], ["ich",-1,5], ["ych",-1,5], ["i",-1,1,inR1], ["ali",36,1], ["ieli",36,1],
    ["ili",36,1], ["ami",36,1,inR1], ["iami",40,1,inR1], ["imi",36,5], ["ymi",36,5],
    ["owi",36,1,inR1], ["iowi",44,1,inR1], ["aj",-1,1], ["ej",-1,5], ["iej",47,5], ["am",-1,1],
    ["ałam",49,1], ["iałam",50,1], ["iłam",49,1], ["em",-1,1,inR1], ["iem",53,1,inR1],
    ["ałem",53,1], ["iałem",55,1], ["iłem",53,1], ["im",-1,5], ["om",-1,1,inR1],
    ["iom",59,1,inR1], ["ym",-1,5], ["o",-1,1,inR1], ["ego",62,5], ["iego",63,5], ["ało",62,1],
    ["iało",65,1], ["iło",62,1], ["u",-1,1,inR1], ["iu",68,1,inR1], ["emu",68,5], ["iemu",70,5],
    ["ów",-1,1,inR1], ["y",-1,5], ["amy",73,1], ["emy",73,1], ["imy",73,1], ["liśmy",73,4],
    ["aliśmy",77,1], ["ieliśmy",77,1], ["iliśmy",77,1], ["łyśmy",73,4], ["ałyśmy",81,1],
    ["iałyśmy",82,1], ["iłyśmy",81,1], ["ały",73,1], ["iały",85,1], ["iły",73,1], ["asz",-1,1],
    ["esz",-1,1], ["isz",-1,1], ["ą",-1,1,inR1], ["ącą",91,1], ["ającą",92,1], ["szącą",92,2],
    ["ią",91,1,inR1], ["ają",91,1], ["szą",91,3], ["iejszą",97,1], ["ać",-1,1], ["ieć",-1,1],
    ["ić",-1,1], ["ąć",-1,1], ["aść",-1,1], ["eść",-1,1], ["ę",-1,1], ["szę",105,2], ["ał",-1,1],
    ["iał",107,1], ["ił",-1,1], ["łaś",-1,4], ["ałaś",110,1], ["iałaś",111,1], ["iłaś",110,1],
    ["łeś",-1,4], ["ałeś",114,1], ["iałeś",115,1], ["iłeś",114,1]
  ];
const CONSONANTS = [
    ["ć",-1,1], ["ń",-1,2], ["ś",-1,3], ["ź",-1,4]
  ];

function markRegions(base) {
  p1 = base.limit;
  if (!base.go_out_grouping(VOWELS, FIRST, LAST)) return;
  base.cursor++;
  if (!base.go_in_grouping(VOWELS, FIRST, LAST)) return;
  p1 = ++base.cursor;
}

function removeEndings(base) {
  const end = base.limit - base.cursor;
  if (base.cursor >= p1) {
    const limit = base.limit_backward;
    base.limit_backward = p1;
    base.ket = base.cursor;
    const found = base.find_among_b(CONDITIONALS);
    base.limit_backward = limit;
    if (found) {
      base.bra = base.cursor;
      base.slice_del();
    }
  }
  base.cursor = base.limit - end;
  base.ket = base.cursor;
  const found = base.find_among_b(ENDINGS);
  if (!found) return false;
  base.bra = base.cursor;
  if (found === 1) {
    base.slice_del();
  } else if (found === 2) {
    base.slice_from("s");
  } else if (found === 3) {
    if (inR1(base)) base.slice_del();
    else base.slice_from("s");
  } else if (found === 4) {
    base.slice_from("ł");
  } else {
    base.slice_del();
    const here = base.limit - base.cursor;
    base.ket = base.cursor;
    const participle = base.find_among_b(PARTICIPLES);
    if (participle) {
      base.bra = base.cursor;
      base.slice_from(["", "s"][participle - 1]);
    } else {
      base.cursor = base.limit - here;
    }
  }
  const here = base.limit - base.cursor;
  base.ket = base.cursor;
  if (base.cursor > base.limit_backward && base.current[base.cursor - 1] === "'") {
    base.bra = --base.cursor;
    base.slice_del();
  } else {
    base.cursor = base.limit - here;
  }
  return true;
}

function normaliseConsonant(base) {
  base.ket = base.cursor;
  const found = base.find_among_b(CONSONANTS);
  if (!found) return;
  base.bra = base.cursor;
  if (base.cursor > base.limit_backward) base.slice_from("cnsz"[found - 1]);
}

function stem(base) {
  markRegions(base);
  base.cursor = 0;
  if (base.cursor + 2 <= base.limit) {
    base.limit_backward = 2;
    base.cursor = base.limit;
    if (removeEndings(base)) return;
  }
  base.limit_backward = 0;
  base.cursor = base.limit;
  normaliseConsonant(base);
}

const stemmer = new PolishStemmer();
(self.backfileStemmers ??= {}).pl = (word) => stemmer.stemWord(word);
})();
