(function(){
var boxes=[].slice.call(document.querySelectorAll('input[data-severity]')),search=document.getElementById('search'),
rule=document.getElementById('rule'),count=document.getElementById('count'),findings=[].slice.call(document.querySelectorAll('.finding'));
function apply(){
 var on={},text=search.value.toLowerCase(),shown=0;
 boxes.forEach(function(box){on[box.dataset.severity]=box.checked});
 findings.forEach(function(f){
  var ok=on[f.dataset.severity]&&(!rule.value||f.dataset.rule===rule.value)&&(!text||f.parentNode.textContent.toLowerCase().indexOf(text)>=0);
  f.hidden=!ok;if(ok)shown++;
 });
 [].forEach.call(document.querySelectorAll('.record:not(.problem)'),function(r){r.hidden=!r.querySelector('.finding:not([hidden])')});
 count.textContent=shown+' of '+findings.length+' findings';
}
boxes.forEach(function(box){box.addEventListener('change',apply)});search.addEventListener('input',apply);rule.addEventListener('change',apply);apply();
})();
